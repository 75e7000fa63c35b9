/** The names of the commands, so that parsing what to run does not load the tree of commands. */
export const commandNames = [
  'plan',
  'tui',
  'rerun',
  'demo',
  'profile',
  'collect',
  'whatif',
  'trace',
  'workflow',
  'registry',
  'pricing',
  'trust',
  'doctor',
  'completion',
  'help',
  'version',
] as const;
