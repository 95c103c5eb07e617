// kubectl completion: scripts that teach shells to complete the words of kubectl commands.

import { quote } from '../../../sandbox/kube/go/text.ts';
import { command } from '../command.ts';
import { SCRIPTS } from '../completion/scripts.ts';
import { usageError } from '../errors.ts';

export const completion = command<string>({
  path: 'completion',
  long: `
Print a script that teaches a shell to complete the words of kubectl commands: bash, zsh, fish or powershell.

The script asks kubectl itself what may come next, so that names of objects are those of the cluster as it is.`,
  examples: `
# In this bash
source <(kubectl completion bash)

# In every bash from now on, and for an alias too
echo 'source <(kubectl completion bash)' >> ~/.bashrc
echo 'complete -o default -F __start_kubectl k' >> ~/.bashrc

# In this zsh
source <(kubectl completion zsh)

# In this fish
kubectl completion fish | source

# In this PowerShell
kubectl completion powershell | Out-String | Invoke-Expression`,
  *complete({ args }) {
    const [shell] = args;
    if (shell === undefined) throw usageError('kubectl completion', 'Shell not specified.');
    if (args.length > 1) {
      throw usageError('kubectl completion', 'Too many arguments. Expected only the shell type.');
    }
    const script = SCRIPTS.get(shell);
    if (script === undefined) throw usageError('kubectl completion', `Unsupported shell type ${quote(shell)}.`);
    return script;
  },
  run: (script, call) => call.out(script),
});
