// The scripts of `kubectl completion SHELL`. Each asks `kubectl __complete` for candidates and treats them as the number in
// its answer says: 2, no blank behind the word; 4, no files; 8, files of the kinds that the candidates name.

const bash = `# Completion of kubectl for bash.
#
# Now:     source <(kubectl completion bash)
# Always:  echo 'source <(kubectl completion bash)' >> ~/.bashrc
# Aliases: complete -o default -F __start_kubectl k

__start_kubectl() {
    local line="\${COMP_LINE:0:COMP_POINT}" directive=0 current="" head answer word
    local -a words found
    read -ra words <<< "$line"
    if [[ "$line" == *" " ]]; then words+=(""); fi
    current="\${words[\${#words[@]}-1]}"
    answer=$(kubectl __completeNoDesc "\${words[@]:1}" 2>/dev/null)
    while IFS= read -r word; do
        if [[ "$word" == :[0-9]* ]]; then directive="\${word#:}"; else found+=("$word"); fi
    done <<< "$answer"
    COMPREPLY=()
    if (( directive & 8 )); then
        for word in "\${found[@]}"; do COMPREPLY+=($(compgen -f -X "!*.$word" -- "$current")); done
        COMPREPLY+=($(compgen -d -S / -- "$current"))
        compopt -o nospace
        return
    fi
    # The line editor cuts words at = and :, and completes what stands behind.
    if [[ "$current" == -*=* ]]; then current="\${current#*=}"; fi
    head="\${current%"\${current##*:}"}"
    for word in "\${found[@]}"; do
        if [[ -n "$word" && "$word" == "$current"* ]]; then COMPREPLY+=("\${word#"$head"}"); fi
    done
    if (( directive & 2 )); then compopt -o nospace; fi
    if (( directive & 4 )); then compopt +o default; fi
}

complete -o default -F __start_kubectl kubectl
`;

const zsh = `#compdef kubectl
compdef _kubectl kubectl

# Completion of kubectl for zsh.
#
# Now:    source <(kubectl completion zsh)
# Always: kubectl completion zsh > "\${fpath[1]}/_kubectl"

_kubectl() {
    local line directive=0
    local -a found patterns space
    for line in "\${(@f)$(kubectl __complete "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}"; do
        if [[ "$line" == :<-> ]]; then
            directive=\${line#:}
        elif [[ -n "$line" ]]; then
            line=\${line//:/\\\\:}
            found+=("\${line/$'\\t'/:}")
        fi
    done
    if (( directive & 8 )); then
        patterns=("\${found[@]/#/*.}")
        _files -g "(\${(j:|:)patterns})"
        return
    fi
    if (( directive & 2 )); then space=(-S ''); fi
    if (( \${#found} > 0 )); then
        _describe -V 'kubectl' found "\${space[@]}"
    elif (( (directive & 4) == 0 )); then
        _files
    fi
}

if [ "\${funcstack[1]}" = "_kubectl" ]; then
    _kubectl
fi
`;

const fish = `# Completion of kubectl for fish.
#
# Now:    kubectl completion fish | source
# Always: kubectl completion fish > ~/.config/fish/completions/kubectl.fish

function __kubectl_candidates
    set -l before (commandline -opc)
    set -l current (commandline -ct)
    set -l answer (kubectl __complete $before[2..-1] "$current" 2>/dev/null)
    set -l directive (string replace : '' -- $answer[-1])
    if test (math "bitand($directive, 8)") -ne 0
        __fish_complete_suffix .yaml .yml .json
        return
    end
    if test (count $answer) -gt 1
        printf '%s\\n' $answer[1..-2]
    else if test (math "bitand($directive, 4)") -eq 0
        __fish_complete_path "$current"
    end
end

complete -c kubectl -e
complete -c kubectl -f -k -a '(__kubectl_candidates)'
`;

const powershell = `# Completion of kubectl for PowerShell.
#
# Now:    kubectl completion powershell | Out-String | Invoke-Expression
# Always: kubectl completion powershell >> $PROFILE

Register-ArgumentCompleter -Native -CommandName 'kubectl' -ScriptBlock {
    param($WordToComplete, $CommandAst, $CursorPosition)
    $words = @($CommandAst.CommandElements | Select-Object -Skip 1 | ForEach-Object { $_.ToString() })
    if ($WordToComplete -eq '') { $words += '""' }
    $directive = 0
    $found = @()
    foreach ($line in (Invoke-Expression "kubectl __complete $($words -join ' ') 2>$null")) {
        if ($line -match '^:(\\d+)$') { $directive = [int]$Matches[1] } elseif ($line -ne '') { $found += $line }
    }
    if ($directive -band 8) { return }
    $space = if ($directive -band 2) { '' } else { ' ' }
    foreach ($line in $found) {
        $word, $text = $line -split "\`t", 2
        if (-not $text) { $text = $word }
        [System.Management.Automation.CompletionResult]::new("$word$space", $word, 'ParameterValue', $text)
    }
}
`;

export const SCRIPTS: ReadonlyMap<string, string> = new Map(Object.entries({ bash, zsh, fish, powershell }));
