package io.weathervane.rollback;

import io.weathervane.flags.LiveFlags;
import io.weathervane.util.SteadyClock;
import io.weathervane.worker.WorkerManager;
import java.time.Clock;

/**
 * Collaborators that all parts of the monitor share.
 *
 * @param clock the wall clock: its times are stored and shown
 * @param steady goes on by elapsed time: a watch is measured by it, whatever the wall clock does meanwhile
 */
record MonitorContext(
        WorkerManager workers, LiveFlags flags, MonitorSettings settings, Clock clock, SteadyClock steady) {}
