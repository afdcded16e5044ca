package io.weathervane.upgrade;

import java.util.List;

/**
 * Preview of an upgrade.
 *
 * @param passes whether its preflight passes as things are now; without that nothing would be started
 * @param lines the checks of the preflight and the steps after it, in words
 */
public record UpgradePreview(boolean passes, List<String> lines) {
    public UpgradePreview {
        lines = List.copyOf(lines);
    }
}
