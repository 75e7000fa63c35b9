/** Saves the plan on the screen as a workflow. */
import type { SavePlan } from '../../tui/tui-options.js';

/** Saves the plan on the screen. The library of workflows is loaded only when there is something to save. */
export const savePlan: SavePlan = async (name, plan, { run, replace }) => {
  const { messageOf } = await import('../../lib/error.js');
  const { saveWorkflow } = await import('../../workflow/library/library.js');
  const { listVersions } = await import('../../workflow/library/versions.js');
  const { restoreFullWorkflow } = await import('../target/workflow-source.js');
  const versions = listVersions(name).length;
  if (versions > 0 && !replace)
    return {
      saved: false,
      says: `A saved workflow '${name}' exists. Press Enter again to save this as version ${versions + 1}.`,
    };
  try {
    const workflow = restoreFullWorkflow(plan.ir, run.values);
    const { description, keywords } = workflow as { description?: string; keywords?: readonly string[] };
    const about = { name, description: description ?? '', keywords: keywords ?? [] };
    const path = saveWorkflow({ ...about, workflow }, { replace });
    const version = listVersions(name).length;
    return { saved: true, says: `Saved as ${name}${version > 1 ? `, version ${version}` : ''}: ${path}` };
  } catch (error) {
    return { saved: false, says: messageOf(error) };
  }
};
