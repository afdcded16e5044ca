package io.weathervane.bench;

import oshi.SystemInfo;
import oshi.hardware.CentralProcessor;

/** How much of the processors the host took away since this was made. */
final class Steal {
    private static final CentralProcessor PROCESSOR =
            new SystemInfo().getHardware().getProcessor();

    private final long[] before = PROCESSOR.getSystemCpuLoadTicks();

    double percent() {
        long[] after = PROCESSOR.getSystemCpuLoadTicks();
        long all = 0;
        for (int i = 0; i < after.length; i++) {
            all += after[i] - before[i];
        }
        int steal = CentralProcessor.TickType.STEAL.getIndex();
        return all == 0 ? 0 : 100.0 * (after[steal] - before[steal]) / all;
    }
}
