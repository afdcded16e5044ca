package io.weathervane.tool.presentation;

import io.weathervane.flags.FlagCatalog;
import io.weathervane.flags.FlagsView;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** Flags as data and as lines. */
public final class FlagJson {
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
        return node.put("allowed", flag.definition().allowed())
                .put("description", flag.definition().description());
    }

    public static String line(FlagsView.Flag flag) {
        return flag.definition().key() + " = " + flag.effective()
                + flag.held().map(held -> "  (held: " + held + ")").orElse("");
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
