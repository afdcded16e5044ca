package io.weathervane.contract.enforcement;

import io.weathervane.contract.DriftedTool;
import io.weathervane.util.Sha256;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The present drift, as a person approves it.
 *
 * @param service its name
 * @param tools at least one
 */
public record ContractApprovalPlan(String service, List<DriftedTool> tools) {
    /** Tools that the sentence names; the hash is of all of them. */
    private static final int TOOLS_MAX = 8;

    public ContractApprovalPlan {
        tools = List.copyOf(tools);
    }

    /** Change that an approval is given for; the same as long as the same is approved. Goes on after "would". */
    public String change() {
        int more = tools.size() - TOOLS_MAX;
        return "approve what breaks the contract of " + service + " as it is now: "
                + tools.stream().limit(TOOLS_MAX).map(DriftedTool::tool).collect(Collectors.joining(", "))
                + (more > 0 ? " and " + more + " more" : "") + " (sha256 "
                + Sha256.of(tools.stream().map(DriftedTool::fingerprint).collect(Collectors.joining(" "))) + ")";
    }
}
