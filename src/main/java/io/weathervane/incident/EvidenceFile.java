package io.weathervane.incident;

/**
 * A file of a bundle as it is on disk.
 *
 * @param cut whether it was larger than its bound and only the newest part was kept
 */
public record EvidenceFile(String name, long bytes, String sha256, boolean cut) {}
