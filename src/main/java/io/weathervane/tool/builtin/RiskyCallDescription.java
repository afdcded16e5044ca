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
 * @param approver what its arguments say of who approves it
 */
record RiskyCallDescription(
        String tool, String change, String reason, List<String> runs, List<String> facts, StatedApprover approver) {
    /**
     * The approver as far as a call's arguments say it, for a client that cannot ask its user.
     *
     * @param name empty when the arguments name none
     * @param howToState what to do then
     */
    record StatedApprover(Optional<String> name, String howToState) {}

    RiskyCallDescription {
        runs = List.copyOf(runs);
        facts = List.copyOf(facts);
    }
}
