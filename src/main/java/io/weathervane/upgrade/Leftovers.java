package io.weathervane.upgrade;

import io.weathervane.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers the programs that run for an upgrade in the database, so that those of a server that was killed are ended
 * by the next one, as its workers are.
 */
final class Leftovers {
    private static final Logger LOG = LoggerFactory.getLogger("Upgrades");

    private final UpgradeStore store;

    Leftovers(UpgradeStore store) {
        this.store = store;
    }

    /** @throws StoreException when it cannot be: the program should not be let go on then */
    void remember(Family family) {
        store.addProgram(family);
    }

    /** What stays in the record does no harm: the next start finds that it is over. */
    void forget(Family family) {
        try {
            store.removeProgram(family);
        } catch (StoreException e) {
            LOG.warn("the list of an upgrade's programs cannot be written: {}", e.getMessage());
        }
    }

    /** Kills what a killed server left running; returns it. */
    List<Family> kill() {
        List<Family> killed = new ArrayList<>();
        for (Family family : store.programs()) {
            int count = family.kill();
            if (count > 0) {
                LOG.warn(
                        "killed what a killed server left running upgrade={} pid={} processes={}",
                        family.upgrade(),
                        family.pid(),
                        count);
                killed.add(family);
            }
            store.removeProgram(family);
        }
        return killed;
    }
}
