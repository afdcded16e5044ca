package io.weathervane.flags;

import static io.weathervane.flags.FlagCatalog.KILL_SWITCH;

import io.weathervane.util.SafeText;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Rules for the flags that may be set, and the text of a refusal. */
final class FlagChangeRules {
    /** Most flags in one call. */
    static final int KEYS_MAX = 200;

    /** Most problems told at once. */
    private static final int PROBLEMS_MAX = 5;

    private FlagChangeRules() {}

    /** Refuses a call that is wrong whatever the state of the kill switch is. */
    static void check(FlagCatalog catalog, Map<String, String> flags) {
        if (flags.isEmpty()) {
            throw refused("no flag was given; name at least one, such as {\"PROMPT_MODE\": \"verbose\"}");
        }
        List<String> problems = new ArrayList<>();
        if (flags.size() > KEYS_MAX) {
            problems.add(flags.size() + " flags in one call are too many, at most " + KEYS_MAX);
        }
        flags.entrySet().stream()
                .flatMap(flag -> catalog.problemWith(flag.getKey(), flag.getValue()).stream())
                .limit(PROBLEMS_MAX)
                .forEach(problems::add);
        if (!problems.isEmpty()) {
            throw refused(String.join("; ", problems));
        }
        if ("1".equals(flags.get(KILL_SWITCH)) && flags.size() > 1) {
            throw refused(KILL_SWITCH + "=1 puts every other flag to its default, so it goes alone; send {\""
                    + KILL_SWITCH + "\": \"1\"} to engage the kill switch");
        }
    }

    /** Refuses to set flags while the kill switch is on. */
    static void refuseWhileEngaged(@Nullable EngagementRecord engagement, Collection<String> keys) {
        if (engagement != null) {
            throw refused(String.join(", ", keys) + " cannot be set: the kill switch (" + KILL_SWITCH
                    + "=1) is engaged since " + engagement.since() + " by "
                    + engagement.actor().name() + " ("
                    + SafeText.line(engagement.reason(), FlagDefinition.VALUE_LENGTH_MAX)
                    + "), and every flag stays at its default until it is reset. See monitor_status for the"
                    + " incident; what the flags were before comes back with the reset");
        }
    }

    static FlagRefusedException refused(String why) {
        String stop = why.endsWith("?") ? " " : ". ";
        return new FlagRefusedException("Refused: " + why + stop + "Nothing was written.");
    }

    static Map<String, String> withoutKillSwitch(Map<String, String> flags) {
        Map<String, String> others = new LinkedHashMap<>(flags);
        others.remove(KILL_SWITCH);
        return others;
    }

    static Map<String, String> restored(List<FlagChangeResult.Changed> changed) {
        Map<String, String> restored = new LinkedHashMap<>();
        changed.stream()
                .filter(change -> !change.key().equals(KILL_SWITCH))
                .forEach(change -> restored.put(change.key(), change.to()));
        return restored;
    }

    /** What became effective between two snapshots. */
    static List<FlagChangeResult.Changed> differences(FlagSnapshot before, FlagSnapshot after) {
        List<FlagChangeResult.Changed> changed = new ArrayList<>();
        new TreeMap<>(after.effective()).forEach((key, value) -> {
            String from = before.effective().get(key);
            if (!value.equals(from)) {
                changed.add(new FlagChangeResult.Changed(key, Optional.ofNullable(from), value));
            }
        });
        return changed;
    }
}
