package io.weathervane.app;

import java.util.List;

/**
 * Services of a configuration in place of those that there are.
 *
 * @param all those of the configuration, in its order
 * @param added those of them that are new, prepared and not begun
 * @param removed those that the configuration does not have any more
 */
record ServicesChange(List<Service> all, List<Service> added, List<Service> removed) {
    ServicesChange {
        all = List.copyOf(all);
        added = List.copyOf(added);
        removed = List.copyOf(removed);
    }

    /** Whether everything stays as it is. */
    boolean isNone() {
        return added.isEmpty() && removed.isEmpty();
    }
}
