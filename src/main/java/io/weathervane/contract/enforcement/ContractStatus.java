package io.weathervane.contract.enforcement;

import io.weathervane.contract.ContractConfig;
import io.weathervane.contract.DriftedTool;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Status of a service against its contract at a moment.
 *
 * @param compared false while no active worker runs
 * @param since when the present drift was first seen; empty without one
 * @param problem why the file cannot be used as it is; the last good contract is in force then
 */
public record ContractStatus(
        ContractConfig config,
        boolean compared,
        List<DriftedTool> drifted,
        List<DriftedTool> approved,
        Optional<Instant> since,
        Optional<String> problem) {
    /** Tools that a sentence names. */
    private static final int TOOLS_MAX = 8;

    public ContractStatus {
        drifted = List.copyOf(drifted);
        approved = List.copyOf(approved);
    }

    /** {@code kept}, {@code drifted} or, before a comparison, {@code unknown}. */
    public String state() {
        return !drifted.isEmpty() ? "drifted" : compared ? "kept" : "unknown";
    }

    /** Problems, a sentence each; none while the contract is kept. */
    public List<String> sentences() {
        List<String> sentences = new ArrayList<>();
        problem.ifPresent(why -> sentences.add(why + " The last good contract stays in force."));
        if (!drifted.isEmpty()) {
            sentences.add("the tools break the contract " + config.file() + ": " + names(drifted) + what());
        }
        return sentences;
    }

    private String what() {
        return config.onDrift().refusesCalls()
                ? "; calls of them are refused until contract_approve"
                : "; nothing is refused (onDrift: alert)";
    }

    /** A few tools with what is wrong with them. */
    static String names(List<DriftedTool> tools) {
        int more = tools.size() - TOOLS_MAX;
        return tools.stream().limit(TOOLS_MAX).map(DriftedTool::line).collect(Collectors.joining(", "))
                + (more > 0 ? " and " + more + " more" : "");
    }

    /** One line: the file, what follows from a drift, and how it stands. */
    public String text() {
        return "contract " + config.file() + " (onDrift " + config.onDrift().wireName() + "): " + state()
                + (approved.isEmpty() ? "" : "; approved as they are: " + names(approved));
    }
}
