package io.weathervane.worker;

/** Memory and open files of a worker's process, as the operating system reports them. */
public record ProcessUsage(long residentBytes, long openFiles, long openFilesLimit) {}
