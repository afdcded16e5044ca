package io.weathervane.worker.process;

import io.weathervane.worker.ProcessUsage;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import oshi.SystemInfo;
import oshi.software.os.OSProcess;
import oshi.software.os.OperatingSystem;

/** Asks the operating system what a process uses. */
final class ProcessUsageReader {
    private static final Logger LOG = LoggerFactory.getLogger("WorkerManager");

    private ProcessUsageReader() {}

    /** Loaded with the first question: it costs a second that a start need not pay. */
    private static final class Machine {
        static final OperatingSystem OS = find();

        private static OperatingSystem find() {
            try {
                JnaLibraryLoader.load();
            } catch (IOException | ClassNotFoundException e) {
                throw new IllegalStateException("the system cannot be asked", e);
            }
            return new SystemInfo().getOperatingSystem();
        }
    }

    /** Memory with that of the processes it started; open files of its own. Empty when unknown. */
    static Optional<ProcessUsage> of(WorkerProcess process) {
        try {
            return read(process);
        } catch (RuntimeException | LinkageError e) {
            LOG.warn("the usage of process {} is unknown", process.instance(), e);
            return Optional.empty();
        }
    }

    private static Optional<ProcessUsage> read(WorkerProcess process) {
        OSProcess own = Machine.OS.getProcess(Math.toIntExact(process.instance()));
        if (own == null || own.getResidentMemory() <= 0) {
            return Optional.empty();
        }
        long offspring = process.descendantPids().stream()
                .map(pid -> Optional.ofNullable(Machine.OS.getProcess(Math.toIntExact(pid))))
                .flatMap(Optional::stream)
                .mapToLong(OSProcess::getResidentMemory)
                .sum();
        return Optional.of(
                new ProcessUsage(own.getResidentMemory() + offspring, own.getOpenFiles(), own.getSoftOpenFileLimit()));
    }
}
