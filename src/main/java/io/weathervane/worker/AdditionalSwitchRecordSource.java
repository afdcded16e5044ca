package io.weathervane.worker;

import io.weathervane.store.DeferredRecord;
import java.util.List;

/** What else is to be written with the record of a switch that has happened already. */
@FunctionalInterface
public interface AdditionalSwitchRecordSource {
    /** Nothing else. */
    AdditionalSwitchRecordSource NONE = change -> List.of();

    List<DeferredRecord> of(WorkerSwitchResult change);
}
