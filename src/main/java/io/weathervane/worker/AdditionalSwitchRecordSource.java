package io.weathervane.worker;

import io.weathervane.store.DeferredRecord;
import java.util.List;

/** Source of further records that are written with the record of a completed switch. */
@FunctionalInterface
public interface AdditionalSwitchRecordSource {
    /** Nothing else. */
    AdditionalSwitchRecordSource NONE = change -> List.of();

    List<DeferredRecord> of(WorkerSwitchResult change);
}
