/** The scripts that make shells complete the command line of pflow, by calling it for the words typed so far. */

/** The shells that there is a script for. */
export const shells = ['bash', 'zsh', 'fish'] as const;

export type Shell = (typeof shells)[number];

/*
 * `pflow completion SHELL --words -- WORD…` prints a line per candidate, with a description after a tab, and in the end
 * `:files` or `:folders` where the shell adds those. bash splits words at `=`, so a value of an input is a word of its own.
 */
export const shellScripts: Readonly<Record<Shell, string>> = {
  bash: `# Completion of pflow for bash. In ~/.bashrc: eval "$(pflow completion bash)"
_pflow() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" word description adds=
  [[ $cur == '=' ]] && cur=
  COMPREPLY=()
  while IFS=$'\\t' read -r word description; do
    case $word in
      :*) adds=\${word#:} ;;
      *) COMPREPLY+=("$word") ;;
    esac
  done < <(pflow completion bash --words -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  if [[ \${#COMPREPLY[@]} -gt 0 && \${COMPREPLY[0]} == *= ]]; then compopt -o nospace; fi
  local -a found=()
  case $adds in
    files) mapfile -t found < <(compgen -f -- "$cur") ;;
    folders) mapfile -t found < <(compgen -d -- "$cur") ;;
  esac
  if [[ \${#found[@]} -gt 0 ]]; then
    compopt -o filenames
    COMPREPLY+=("\${found[@]}")
  fi
}
complete -F _pflow pflow
`,
  zsh: `#compdef pflow
# Completion of pflow for zsh. In ~/.zshrc, after compinit: eval "$(pflow completion zsh)"
_pflow() {
  local -a found inputs
  local line word adds
  for line in "\${(@f)$(pflow completion zsh --words -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    word=\${line%%$'\\t'*}
    case $word in
      '') ;;
      :*) adds=\${word#:} ;;
      *=) inputs+=("$word") ;;
      *) found+=("\${word//:/\\\\:}:\${line#*$'\\t'}") ;;
    esac
  done
  (( $#found )) && _describe -V pflow found
  (( $#inputs )) && compadd -S '' -- "\${inputs[@]}"
  case $adds in
    files) _files ;;
    folders) _files -/ ;;
  esac
}
compdef _pflow pflow
`,
  fish: `# Completion of pflow for fish. In ~/.config/fish/config.fish: pflow completion fish | source
function __pflow_complete
    set -l current (commandline -ct)
    set -l typed (commandline -opc)
    for line in (pflow completion fish --words -- $typed[2..] "$current" 2>/dev/null)
        switch $line
            case ':files'
                __fish_complete_path "$current"
            case ':folders'
                __fish_complete_directories "$current"
            case '*'
                echo $line
        end
    end
end
complete -c pflow -f -a '(__pflow_complete)'
`,
};
