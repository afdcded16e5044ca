package io.weathervane.cli;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Writes what a shell evaluates at its start: completion, and the runbook's {@code claude mcp call}. */
enum ShellInitScript {
    BASH {
        @Override
        String write(ShellCompletionWords words, String program) {
            return posix(words, program) + """
                _weathervane() {
                  local IFS=$' \\t\\n' current=${COMP_WORDS[COMP_CWORD]}
                  COMPREPLY=($(compgen -W "$(_weathervane_words "${COMP_WORDS[@]:1:COMP_CWORD-1}")" -- "$current"))
                }
                complete -o default -F _weathervane weathervane
                """;
        }
    },
    ZSH {
        @Override
        String write(ShellCompletionWords words, String program) {
            return posix(words, program) + """
                _weathervane() {
                  local -a candidates
                  candidates=(${=$(_weathervane_words "${(@)words[2,CURRENT-1]}")})
                  compadd -- $candidates
                  _files
                }
                (( ${+functions[compdef]} )) || { autoload -Uz compinit && compinit -u; }
                compdef _weathervane weathervane
                """;
        }
    },
    FISH {
        @Override
        String write(ShellCompletionWords words, String program) {
            return """
                type -q weathervane; or function weathervane
                    %s $argv
                end
                function claude --wraps claude
                    if test (count $argv) -ge 2; and test "$argv[1] $argv[2]" = 'mcp call'
                        weathervane call $argv[3..-1]
                    else
                        command claude $argv
                    end
                end
                function __weathervane_words
                    set -l typed (commandline -opc)
                    set -e typed[1]
                    if test (count $typed) -eq 0
                        %s
                    else if test (count $typed) -eq 1; and test "$typed[1]" = call
                        %s
                    else
                        switch "$typed[1] $typed[2] $typed[-1]"
                %s            end
                        switch $typed[1]
                %s                case call
                                switch $typed[2]
                %s                end
                        end
                    end
                end
                complete -c weathervane -a '(__weathervane_words)'
                """.formatted(
                            program,
                            fishWords(List.copyOf(words.commands().keySet())),
                            fishWords(List.copyOf(words.tools().keySet())),
                            fishCases("call ", words.values(), "; return"),
                            fishCases("", withoutCall(words.commands()), ""),
                            fishCases("", words.tools(), ""));
        }
    };

    /** @param program what starts this program, as the shell reads it */
    abstract String write(ShellCompletionWords words, String program);

    /** What bash and zsh read alike. */
    private static String posix(ShellCompletionWords words, String program) {
        return """
            command -v weathervane >/dev/null || weathervane() { %s "$@"; }
            claude() {
              if [ "${1-} ${2-}" = 'mcp call' ]; then
                shift 2
                weathervane call "$@"
              else
                command claude "$@"
              fi
            }
            _weathervane_words() {
              [ $# -gt 0 ] || { echo '%s'; return; }
              local first=$1 tool=${2-} last
              for last; do :; done
              [ "$# $first" != '1 call' ] || { echo '%s'; return; }
              case "$first $tool $last" in
            %s  esac
              case $first in
            %s    call)
                  case $tool in
            %s      esac ;;
              esac
            }
            """.formatted(
                        program,
                        String.join(" ", words.commands().keySet()),
                        String.join(" ", words.tools().keySet()),
                        cases("call ", words.values(), "; return"),
                        cases("", withoutCall(words.commands()), ""),
                        cases("", words.tools(), ""));
    }

    private static Map<String, List<String>> withoutCall(Map<String, List<String>> commands) {
        return commands.entrySet().stream()
                .filter(command -> !command.getKey().equals(ShellCompletionWords.CALL))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (a, b) -> a, TreeMap::new));
    }

    private static String cases(String prefix, Map<String, List<String>> words, String end) {
        StringBuilder cases = new StringBuilder();
        words.forEach((after, next) -> cases.append("    '")
                .append(prefix)
                .append(after)
                .append("') echo '")
                .append(String.join(" ", next))
                .append('\'')
                .append(end)
                .append(" ;;\n"));
        return cases.toString();
    }

    private static String fishCases(String prefix, Map<String, List<String>> words, String end) {
        StringBuilder cases = new StringBuilder();
        words.forEach((after, next) -> cases.append("                case '")
                .append(prefix)
                .append(after)
                .append("'\n                    ")
                .append(fishWords(next))
                .append(end)
                .append('\n'));
        return cases.toString();
    }

    private static String fishWords(List<String> words) {
        return words.isEmpty() ? "true" : "printf '%s\\n' " + String.join(" ", words);
    }
}
