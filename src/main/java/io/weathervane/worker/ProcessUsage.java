package io.weathervane.worker;

/** What a worker's process uses, as the operating system says. */
public record ProcessUsage(long residentBytes, long openFiles, long openFilesLimit) {}
