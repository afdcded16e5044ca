package io.weathervane.monitor;

import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Memory and open files of the active worker's process; what is unknown is empty, never 0. */
public record ResourceUsage(OptionalLong memoryBytes, OptionalLong openFiles, OptionalLong openFilesLimit) {
    private static final long BYTES_PER_MB = 1024L * 1024;

    public static ResourceUsage unknown() {
        return new ResourceUsage(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty());
    }

    public static ResourceUsage of(long memoryBytes, long openFiles, long openFilesLimit) {
        return new ResourceUsage(
                OptionalLong.of(memoryBytes), OptionalLong.of(openFiles), OptionalLong.of(openFilesLimit));
    }

    public OptionalDouble memoryMb() {
        return memoryBytes.isPresent()
                ? OptionalDouble.of((double) memoryBytes.getAsLong() / BYTES_PER_MB)
                : OptionalDouble.empty();
    }

    /** Open files as a share of the limit; unknown when either is, or when there is no limit. */
    public OptionalDouble openFilesShare() {
        if (openFiles.isEmpty() || openFilesLimit.isEmpty() || openFilesLimit.getAsLong() <= 0) {
            return OptionalDouble.empty();
        }
        return OptionalDouble.of((double) openFiles.getAsLong() / openFilesLimit.getAsLong());
    }

    boolean known() {
        return memoryBytes.isPresent() || openFilesShare().isPresent();
    }
}
