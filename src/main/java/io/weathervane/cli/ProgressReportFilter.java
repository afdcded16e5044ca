package io.weathervane.cli;

import java.util.regex.Pattern;

/**
 * Decides which reports of a step's activity are shown. A person at a terminal sees each one, with every new figure
 * ("77 s left"); a log gets a line only when more than the figures has changed, not one a second.
 */
final class ProgressReportFilter {
    private static final Pattern FIGURE = Pattern.compile("[0-9][0-9.:,]*");

    private final boolean live;
    private String last = "";

    /** @param live whether a person at a terminal reads the lines */
    ProgressReportFilter(boolean live) {
        this.live = live;
    }

    /** Whether this report is to be shown after those before it; an empty one never is. */
    boolean takeIfNew(String activity) {
        String compared = live ? activity : FIGURE.matcher(activity).replaceAll("#");
        if (activity.isEmpty() || compared.equals(last)) {
            return false;
        }
        last = compared;
        return true;
    }
}
