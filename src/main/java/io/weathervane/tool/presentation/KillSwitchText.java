package io.weathervane.tool.presentation;

import io.weathervane.flags.KillSwitchStatus;

/** The kill switch as a sentence for a person. */
public final class KillSwitchText {
    private KillSwitchText() {}

    /** Whether it is on, since when, by which actor, why. */
    public static String sentence(KillSwitchStatus status) {
        if (!status.engaged()) {
            return "The kill switch is off (DISABLE_NEW=0).";
        }
        return "The kill switch is ON (DISABLE_NEW=1)"
                + status.since().map(at -> " since " + JsonFields.time(at)).orElse("")
                + status.by().map(name -> " by " + name).orElse("")
                + status.reason().map(why -> ": " + why).orElse("")
                + "."
                + (status.durable() ? "" : " Only in memory: the database has not taken it yet.");
    }
}
