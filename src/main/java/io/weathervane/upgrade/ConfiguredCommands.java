package io.weathervane.upgrade;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The commands that the configuration has names for. A caller that may not hand over commands, such as every one over
 * HTTP, names one of these; for all others a name means the same, and any other text is the command.
 *
 * @param releases the labels of {@code workers.releases}, for the canary
 * @param steps the commands of {@code upgrade.steps} by name, for the build and the test
 */
record ConfiguredCommands(Set<String> releases, Map<String, String> steps) {
    /** Longest part of a refused text that is said back. */
    private static final int SHOWN_MAX = 40;

    public ConfiguredCommands {
        releases = Set.copyOf(releases);
        steps = Map.copyOf(steps);
    }

    /**
     * The request with the commands that its names stand for.
     *
     * @param suppliesCommands whether the caller may give commands as text
     * @throws UpgradeRefusedException when it may not, and gives something that has no name here
     */
    public UpgradeRequest resolve(UpgradeRequest request, boolean suppliesCommands) {
        if (!suppliesCommands && !releases.contains(request.canary())) {
            throw refused("canary", request.canary(), "a release of the configuration", "workers.releases", releases);
        }
        UpgradeRequest.Staging staging = request.staging();
        return new UpgradeRequest(
                request.id(),
                request.canary(),
                request.promotionMode(),
                new UpgradeRequest.Staging(
                        staging.build().map(text -> command("build", text, suppliesCommands)),
                        staging.test().map(text -> command("test", text, suppliesCommands)),
                        staging.allowDirty(),
                        staging.keepFolder()),
                request.ramp(),
                request.comparison());
    }

    private String command(String what, String text, boolean suppliesCommands) {
        return Optional.ofNullable(steps.get(text)).orElseGet(() -> {
            if (!suppliesCommands) {
                throw refused(what, text, "a step of the configuration", "upgrade.steps", steps.keySet());
            }
            return text;
        });
    }

    private static UpgradeRefusedException refused(
            String what, String text, String kind, String key, Collection<String> names) {
        String shown = text.length() <= SHOWN_MAX ? text : text.substring(0, SHOWN_MAX) + "...";
        String allowed = names.isEmpty() ? "there are none" : "there are " + String.join(", ", new TreeSet<>(names));
        return new UpgradeRefusedException(what + ": this caller has to name " + kind + " (" + key + " in"
                + " weathervane.yaml: " + allowed + "), and \"" + shown + "\" is none. A command as text is taken only"
                + " over stdio, or over the workspace's socket from the server's own user: scripts/weathervane upgrade."
                + " Nothing was begun");
    }
}
