package io.weathervane.upgrade;

import io.weathervane.shadow.AcceptedToolChange;
import io.weathervane.util.DurationFormat;
import io.weathervane.util.SafeText;
import io.weathervane.worker.RemoteSpec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Request for an upgrade: the release to upgrade to, and the way there.
 *
 * @param id its name, that of its folder, and the label of a release given as a command; made when empty
 * @param canary a release of the configuration, a command, or the URL of a server that runs already
 */
public record UpgradeRequest(
        Optional<String> id,
        String canary,
        PromotionMode promotionMode,
        Staging staging,
        Ramp ramp,
        Comparison comparison) {
    /**
     * Build and test of the new version before it starts.
     *
     * @param build run in a shell before anything else; with {@code WVO_STAGING_DIR} in its environment
     * @param test run in a shell after the build
     * @param allowDirty whether uncommitted changes in the workspace's repository are no reason to refuse
     * @param keepFolder whether the staging folder outlives an upgrade that came to nothing
     */
    public record Staging(Optional<String> build, Optional<String> test, boolean allowDirty, boolean keepFolder) {}

    /**
     * Differences that this upgrade lets pass, beside those of the configuration.
     *
     * @param accepted changes of tools that are meant
     * @param allowUnverified whether it is promoted when no call could be compared
     */
    public record Comparison(List<AcceptedToolChange> accepted, boolean allowUnverified) {
        /** Nothing. */
        public static final Comparison STRICT = new Comparison(List.of(), /* allowUnverified= */ false);

        public Comparison {
            accepted = List.copyOf(accepted);
            require(
                    accepted.size() <= AcceptedToolChange.CHANGES_MAX,
                    "accept_change must be at most " + AcceptedToolChange.CHANGES_MAX + " changes, were "
                            + accepted.size());
        }

        private static Comparison of(ObjectNode arguments) {
            return new Comparison(
                    arguments
                            .path("accept_change")
                            .valueStream()
                            .map(change -> accepted(change.asString("")))
                            .distinct()
                            .toList(),
                    arguments.path("allow_unverified").asBoolean(false));
        }

        private static AcceptedToolChange accepted(String text) {
            return AcceptedToolChange.parse(text)
                    .orElseThrow(() -> new UpgradeRefusedException("accept_change: " + SafeText.quoted(text)
                            + " is not a change that can be accepted. Write " + AcceptedToolChange.allowed()));
        }
    }

    /**
     * Growth of the canary weight before the promotion.
     *
     * @param weights the canary weights, in percent of the callers, one after the other
     * @param stepTime how long each canary weight lasts
     */
    public record Ramp(List<Integer> weights, Duration stepTime) {
        public Ramp {
            weights = List.copyOf(weights);
            require(
                    weights.size() <= WEIGHTS_MAX,
                    "canary_weights must be at most " + WEIGHTS_MAX + " percentages, were " + weights.size());
            require(
                    weights.stream().allMatch(weight -> weight >= 1 && weight <= WEIGHT_MAX),
                    "canary_weights must be from 1 to 100 percent, were " + weights);
            require(isGrowing(weights), "canary_weights must be growing percentages, such as 5,25,50, were " + weights);
            require(
                    stepTime.compareTo(STEP_TIME_MIN) >= 0 && stepTime.compareTo(STEP_TIME_MAX) <= 0,
                    "step_duration must be from 100ms to 1h, was " + DurationFormat.format(stepTime));
        }
    }

    /** How long a canary weight lasts by default. */
    public static final Duration STEP_TIME = Duration.ofMinutes(2);

    static final int WEIGHTS_MAX = 10;
    static final int WEIGHT_MAX = 100;
    static final Duration STEP_TIME_MIN = Duration.ofMillis(100);
    static final Duration STEP_TIME_MAX = Duration.ofHours(1);
    private static final int COMMAND_LENGTH_MAX = 2000;
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,39}");

    public UpgradeRequest {
        require(!canary.isBlank(), "canary must name a release, a command or the URL of a server");
        RemoteSpec.problemIn(canary).ifPresent(problem -> require(false, "canary: the URL " + problem));
        require(canary.length() <= COMMAND_LENGTH_MAX, "canary must have at most 2000 characters");
        id.ifPresent(name -> require(
                ID.matcher(name).matches(),
                "id must be 1 to 40 letters, digits, dots, underscores or hyphens, and begin with a letter or digit"));
    }

    /**
     * Reads the request from the arguments of {@code upgrade_run}: the one place that knows what they may be beyond
     * their schema.
     *
     * @throws UpgradeRefusedException naming the argument
     */
    public static UpgradeRequest of(ObjectNode arguments) {
        boolean promote = arguments.path("promote").asBoolean(false);
        boolean skip = arguments.path("skip_promote").asBoolean(false);
        require(!promote || !skip, "promote and skip_promote cannot both be set");
        require(
                arguments.has("canary"),
                "canary is required: a release of the configuration, the command that starts the new version, or the"
                        + " URL of one that runs already; only a call of upgrade_run with promote: true and the id of an"
                        + " upgrade that waits for approval needs none");
        return new UpgradeRequest(
                text(arguments, "id"),
                arguments.path("canary").asString(""),
                promote ? PromotionMode.PROMOTE : skip ? PromotionMode.STOP : PromotionMode.WAIT,
                new Staging(
                        text(arguments, "build"),
                        text(arguments, "test"),
                        arguments.path("allow_dirty").asBoolean(false),
                        arguments.path("keep_staging").asBoolean(false)),
                new Ramp(
                        arguments
                                .path("canary_weights")
                                .valueStream()
                                .map(weight -> weight.asInt(0))
                                .toList(),
                        text(arguments, "step_duration")
                                .map(UpgradeRequest::duration)
                                .orElse(STEP_TIME)),
                Comparison.of(arguments));
    }

    private static Optional<String> text(ObjectNode arguments, String name) {
        return Optional.ofNullable(arguments.get(name)).map(JsonNode::asString);
    }

    private static Duration duration(String text) {
        return DurationFormat.parse(text)
                .orElseThrow(() -> new UpgradeRefusedException(
                        "step_duration: '" + text + "' is no duration. Write it like 500ms, 30s, 2m or 1h"));
    }

    private static boolean isGrowing(List<Integer> weights) {
        for (int i = 1; i < weights.size(); i++) {
            if (weights.get(i) <= weights.get(i - 1)) {
                return false;
            }
        }
        return true;
    }

    private static void require(boolean holds, String rule) {
        if (!holds) {
            throw new UpgradeRefusedException(rule);
        }
    }

    /** The changes of tools that are accepted for this upgrade, as its caller may write them. */
    public List<String> acceptedChanges() {
        return comparison.accepted().stream().map(AcceptedToolChange::argument).toList();
    }

    /** The promotion that comes after a shadow: build and test are over. */
    UpgradeRequest forPromotion() {
        return new UpgradeRequest(
                id,
                canary,
                PromotionMode.PROMOTE,
                new Staging(Optional.empty(), Optional.empty(), staging.allowDirty(), staging.keepFolder()),
                ramp,
                comparison);
    }

    UpgradeRequest with(PromotionMode what) {
        return new UpgradeRequest(id, canary, what, staging, ramp, comparison);
    }

    /** The same, to be promoted even though no call was compared. */
    UpgradeRequest unverified() {
        return new UpgradeRequest(
                id,
                canary,
                promotionMode,
                staging,
                ramp,
                new Comparison(comparison.accepted(), /* allowUnverified= */ true));
    }
}
