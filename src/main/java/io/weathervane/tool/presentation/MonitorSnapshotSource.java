package io.weathervane.tool.presentation;

import io.weathervane.alert.WebhookAlerts;
import io.weathervane.block.CallBlocks;
import io.weathervane.flags.LiveFlags;
import io.weathervane.reader.FlagReaders;
import io.weathervane.rollback.MonitorStatus;
import io.weathervane.rollback.RollbackMonitor;

/** The parts of a service that {@code monitor_status} is about. */
public record MonitorSnapshotSource(
        RollbackMonitor monitor,
        LiveFlags flags,
        FlagReaders readers,
        ShownWorkers workers,
        WebhookAlerts alerts,
        CallBlocks blocks) {
    /** All of it as it is now. */
    public MonitorSnapshot now() {
        MonitorStatus status = monitor.status();
        MonitorSnapshot.FlagsAndBlocks flagsAndBlocks = new MonitorSnapshot.FlagsAndBlocks(
                flags.view(), readers.report(), blocks.of(monitor.service().value()));
        AlertDeliveries deliveries = new AlertDeliveries(alerts.status(), alerts.problems());
        return new MonitorSnapshot(
                status, flagsAndBlocks, workers.look(), workers.failures(), monitor.signals(), deliveries);
    }
}
