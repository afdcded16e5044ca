package io.weathervane.contract.enforcement;

import io.weathervane.contract.DriftedTool;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * Result of the comparison of one list of tools with one contract; pure.
 *
 * @param tools the list, the same object that the worker's manager hands out while the list is in force
 * @param compared false while no active worker runs, so that its tools are unknown
 * @param drifted the tools that break the contract and are not approved
 * @param approved the tools that break it and are approved as they are
 */
record ContractReview(List<JsonNode> tools, boolean compared, List<DriftedTool> drifted, List<DriftedTool> approved) {
    ContractReview {
        drifted = List.copyOf(drifted);
        approved = List.copyOf(approved);
    }

    /** Before the first comparison. */
    static ContractReview none() {
        return new ContractReview(List.of(), /* compared= */ false, List.of(), List.of());
    }

    /** @param approvals the fingerprints of what is approved */
    static ContractReview of(List<JsonNode> tools, List<DriftedTool> broken, Set<String> approvals) {
        return new ContractReview(
                tools,
                /* compared= */ true,
                broken.stream()
                        .filter(tool -> !approvals.contains(tool.fingerprint()))
                        .toList(),
                broken.stream()
                        .filter(tool -> approvals.contains(tool.fingerprint()))
                        .toList());
    }

    @SuppressWarnings("ReferenceEquality") // a changed list is a new object
    boolean isOf(List<JsonNode> listed) {
        return compared && tools == listed;
    }

    Optional<DriftedTool> drifted(String tool) {
        return drifted.stream().filter(one -> one.tool().equals(tool)).findFirst();
    }

    /** The same as long as the same tools break the contract in the same way; empty when none does. */
    String fingerprint() {
        return drifted.stream().map(DriftedTool::fingerprint).sorted().collect(Collectors.joining(" "));
    }
}
