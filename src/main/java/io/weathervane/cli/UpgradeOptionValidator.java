package io.weathervane.cli;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What can be said of an upgrade's options without asking the server, which is the one that judges them. */
final class UpgradeOptionValidator {
    private static final int WEIGHTS_MAX = 10;
    private static final Duration STEP_MIN = Duration.ofMillis(100);
    private static final Duration STEP_MAX = Duration.ofHours(1);
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,39}");

    private UpgradeOptionValidator() {}

    /** What is wrong with them, and what is allowed. */
    static Optional<String> problem(@Nullable String id, List<Integer> weights, @Nullable Duration step) {
        if (id != null && !ID.matcher(id).matches()) {
            return Optional.of("--id must be 1 to 40 letters, digits, dots, underscores or hyphens, and begin with a"
                    + " letter or digit, was '" + id + "'");
        }
        if (weights.size() > WEIGHTS_MAX || !isGrowing(weights)) {
            return Optional.of("--canary-weights must be at most " + WEIGHTS_MAX
                    + " growing percentages, such as 5,25,50, was " + weights);
        }
        if (step != null && (step.compareTo(STEP_MIN) < 0 || step.compareTo(STEP_MAX) > 0)) {
            return Optional.of("--step-duration must be from 100ms to 1h");
        }
        return Optional.empty();
    }

    private static boolean isGrowing(List<Integer> weights) {
        for (int i = 1; i < weights.size(); i++) {
            if (weights.get(i) <= weights.get(i - 1)) {
                return false;
            }
        }
        return true;
    }
}
