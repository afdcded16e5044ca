package io.weathervane.tool.builtin;

import java.util.List;
import java.util.Optional;

/**
 * Describes a risky call to the person who approves it.
 *
 * @param tool its name
 * @param change what the approver approves, see {@link io.weathervane.approval.ChangeApprovalText}
 * @param runs what it has run, a line each; nothing for a change that runs no program
 * @param facts the state of things, a line each
 * @param statedApprover who approved it, as far as the arguments say it
 * @param howToState what to do for a client that cannot ask its user and whose arguments do not say it
 */
record RiskyCallDescription(
        String tool,
        String change,
        String reason,
        List<String> runs,
        List<String> facts,
        Optional<String> statedApprover,
        String howToState) {
    RiskyCallDescription {
        runs = List.copyOf(runs);
        facts = List.copyOf(facts);
    }
}
