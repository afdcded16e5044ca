package io.weathervane.tool.presentation;

import io.weathervane.flags.FlagCatalog;
import io.weathervane.flags.FlagLifecycle;
import io.weathervane.flags.FlagsView;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/** Flags as data and as lines. */
public final class FlagJson {
    /** Stale flags in a sentence; more are counted. */
    private static final int STALE_NAMED_MAX = 10;

    private FlagJson() {}

    static ObjectNode of(FlagsView view) {
        ObjectNode node = JsonFields.object().put("epoch", view.epoch());
        node.set("killSwitch", KillSwitchJson.of(view.killSwitch()));
        JsonFields.putOptional(node, "degraded", view.degradedBecause());
        ObjectNode flags = node.putObject("flags");
        view.flags().forEach(flag -> flags.set(flag.definition().key(), of(flag)));
        return node;
    }

    public static ObjectNode of(FlagsView.Flag flag) {
        ObjectNode node = JsonFields.object()
                .put("effective", flag.effective())
                .put("default", flag.definition().defaultValue());
        JsonFields.putOptional(node, "stored", flag.stored());
        JsonFields.putOptional(node, "held", flag.held());
        node.put("allowed", flag.definition().allowed())
                .put("description", flag.definition().description());
        FlagLifecycle lifecycle = flag.definition().lifecycle();
        lifecycle.owner().ifPresent(owner -> node.put("owner", owner));
        lifecycle
                .expires()
                .ifPresent(last -> node.put("expires", last.toString()).put("stale", flag.stale()));
        return node;
    }

    public static String line(FlagsView.Flag flag) {
        return flag.definition().key() + " = " + flag.effective()
                + flag.held().map(held -> "  (held: " + held + ")").orElse("")
                + lifecycle(flag).map(words -> "  [" + words + "]").orElse("");
    }

    private static Optional<String> lifecycle(FlagsView.Flag flag) {
        FlagLifecycle lifecycle = flag.definition().lifecycle();
        String words = Stream.of(
                        lifecycle.expires().map(last -> (flag.stale() ? "stale: expired " : "expires ") + last),
                        lifecycle.owner().map(owner -> "owner " + owner))
                .flatMap(Optional::stream)
                .collect(Collectors.joining(", "));
        return Optional.of(words).filter(some -> !some.isEmpty());
    }

    /** The flags that are past their expiry, in a sentence for operators; empty when there is none. */
    public static Optional<String> stale(FlagsView view) {
        List<FlagsView.Flag> stale =
                view.flags().stream().filter(FlagsView.Flag::stale).toList();
        String named = stale.stream()
                .limit(STALE_NAMED_MAX)
                .map(flag -> flag.definition().key()
                        + lifecycle(flag).map(words -> " (" + words + ")").orElse(""))
                .collect(Collectors.joining(", "));
        String more = stale.size() > STALE_NAMED_MAX ? " and " + (stale.size() - STALE_NAMED_MAX) + " more" : "";
        return stale.isEmpty()
                ? Optional.empty()
                : Optional.of("flags that the configuration has past their expiry: " + named + more);
    }

    /** Effect that setting the flag to this value would have; nothing is changed. */
    static ObjectNode trial(FlagsView view, FlagsView.Flag flag, String value) {
        boolean allowed = flag.definition().allows(value);
        boolean isKillSwitch = flag.definition().key().equals(FlagCatalog.KILL_SWITCH);
        boolean blocked = view.killSwitch().engaged() && !isKillSwitch;
        ObjectNode node = JsonFields.object()
                .put("flag", flag.definition().key())
                .put("value", value)
                .put("valueAllowed", allowed)
                .put("allowed", flag.definition().allowed())
                .put("effective", flag.effective())
                .put("wouldChange", allowed && !blocked && !flag.effective().equals(value));
        JsonFields.putOptional(
                node,
                "blockedBy",
                blocked ? Optional.of(KillSwitchText.sentence(view.killSwitch())) : Optional.empty());
        return node.put("next", next(isKillSwitch, allowed, blocked, value));
    }

    private static String next(boolean isKillSwitch, boolean allowed, boolean blocked, String value) {
        if (!allowed) {
            return "none: the value is not allowed";
        }
        if (blocked) {
            return "none: no flag can be set while the kill switch is on";
        }
        if (isKillSwitch) {
            return value.equals("1") ? "kill_switch_engage" : "kill_switch_reset with dry_run";
        }
        return "mcp_admin_flags with action set";
    }
}
