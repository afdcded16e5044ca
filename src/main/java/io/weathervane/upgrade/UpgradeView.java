package io.weathervane.upgrade;

import java.nio.file.Path;
import java.util.List;

/**
 * An upgrade as it is shown.
 *
 * @param doing what is being done at this moment, in words; empty when it is over
 * @param records the records that are in the folder
 */
public record UpgradeView(Upgrade upgrade, String doing, Path folder, List<String> records) {
    public UpgradeView {
        records = List.copyOf(records);
    }

    public boolean ended() {
        return upgrade.status().ended();
    }

    /** What happened and why, in lines. */
    public List<String> words() {
        return UpgradeText.words(upgrade, doing);
    }
}
