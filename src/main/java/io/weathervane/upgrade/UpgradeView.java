package io.weathervane.upgrade;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * An upgrade as it is shown.
 *
 * @param activity what is being done at this moment, in words; empty when it is over
 * @param records the records that are in the folder
 * @param durable whether the database says the same; false while only this process and its journal know
 */
public record UpgradeView(Upgrade upgrade, String activity, Path folder, List<String> records, boolean durable) {
    public UpgradeView {
        records = List.copyOf(records);
    }

    public boolean ended() {
        return upgrade.status().ended();
    }

    /** Whether it is as far as the other, and does the same. */
    boolean hasSameText(UpgradeView other) {
        return upgrade.equals(other.upgrade) && activity.equals(other.activity);
    }

    /** Events of the upgrade and their reasons, in lines. */
    public List<String> words() {
        List<String> words = UpgradeText.words(upgrade, activity);
        return durable
                ? words
                : Stream.concat(
                                words.stream(),
                                Stream.of("This is only in memory: the database has not taken it yet. It is written"
                                        + " as soon as that is possible."))
                        .toList();
    }
}
