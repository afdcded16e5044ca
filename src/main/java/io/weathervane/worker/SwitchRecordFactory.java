package io.weathervane.worker;

import io.weathervane.store.DeferredRecord;
import java.util.List;

/** What else is to be written with the record of a switch that has happened already. */
@FunctionalInterface
public interface SwitchRecordFactory {
    /** Nothing else. */
    SwitchRecordFactory NONE = change -> List.of();

    List<DeferredRecord> of(WorkerSwitch change);
}
