package io.weathervane.audit;

import java.util.List;
import java.util.Optional;

/**
 * Result of a verification.
 *
 * @param intact whether the chain is whole and every file agrees with it
 * @param events how many events were read
 * @param firstProblem the first bad event or line, as a sentence
 * @param operatorLines lines that were appended to a file by hand, as {@code file:line: text}; no problem
 * @param notes what else is worth knowing, no problem either
 */
public record AuditVerificationResult(
        boolean intact, long events, Optional<String> firstProblem, List<String> operatorLines, List<String> notes) {
    public AuditVerificationResult {
        operatorLines = List.copyOf(operatorLines);
        notes = List.copyOf(notes);
    }
}
