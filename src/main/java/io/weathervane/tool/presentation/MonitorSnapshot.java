package io.weathervane.tool.presentation;

import io.weathervane.block.BlockedCalls;
import io.weathervane.failure.FailureReport;
import io.weathervane.flags.FlagsView;
import io.weathervane.monitor.SignalReading;
import io.weathervane.reader.ReadersReport;
import io.weathervane.rollback.MonitorStatus;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** The state that {@code monitor_status} shows, taken at one moment, for its text and its data to agree. */
public record MonitorSnapshot(
        MonitorStatus status,
        FlagsAndBlocks flagsAndBlocks,
        ShownWorkers.Seen workers,
        FailureReport failures,
        List<SignalReading> signals,
        AlertDeliveries alerts) {
    /** Switches of the operators: flags, the kill switch among them, with who reads them, and calls of workers. */
    public record FlagsAndBlocks(FlagsView flags, ReadersReport readers, BlockedCalls blocked) {}

    public MonitorSnapshot {
        signals = List.copyOf(signals);
    }

    FlagsView flags() {
        return flagsAndBlocks.flags();
    }

    /** As data; of the checks the newest so many, where inconclusive ones in a row count as one. */
    public ObjectNode json(int checks) {
        return MonitorStatusJson.of(this, checks);
    }

    /** As lines for a person, with as many checks. */
    public String text(int checks) {
        return MonitorStatusText.of(this, checks);
    }

    /** All that is not as it should be, a sentence each: of the monitor, of the flags, of the alerts. */
    List<String> warnings() {
        List<String> warnings = new ArrayList<>(status.warnings());
        flags().degradedBecause().ifPresent(warnings::add);
        warnings.addAll(alerts.problems());
        return warnings;
    }
}
