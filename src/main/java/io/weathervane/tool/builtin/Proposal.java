package io.weathervane.tool.builtin;

import java.util.List;
import java.util.Optional;

/**
 * What a risky call is about to do, in the words that the approver reads.
 *
 * @param tool its name
 * @param change what the approver agrees to, see {@link io.weathervane.control.RiskyChange}
 * @param runs what it has run, a line each; nothing for a change that runs no program
 * @param facts the state of things, a line each
 * @param statedApprover who approved it, as far as the arguments say it
 * @param howToState what to do for a client that cannot ask anybody and whose arguments do not say it
 */
record Proposal(
        String tool,
        String change,
        String reason,
        List<String> runs,
        List<String> facts,
        Optional<String> statedApprover,
        String howToState) {
    Proposal {
        runs = List.copyOf(runs);
        facts = List.copyOf(facts);
    }
}
