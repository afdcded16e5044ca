package io.weathervane.sample;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file to which several workers add what they do, a line each, {@code pid what text}: {@code begun} when a call comes,
 * {@code done} when it has been carried out and is about to be answered, {@code eof} when the worker is told to go.
 */
final class CallLog {
    private final OutputStream file;
    private final String pid = ProcessHandle.current().pid() + " ";

    private CallLog(OutputStream file) {
        this.file = file;
    }

    static CallLog open(Path file) throws IOException {
        return new CallLog(Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
    }

    /** No log. */
    static CallLog none() {
        return new CallLog(OutputStream.nullOutputStream());
    }

    /** One write for each line, so that lines of several processes do not mix. */
    synchronized void add(String what, String text) throws IOException {
        file.write((pid + what + " " + text + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
