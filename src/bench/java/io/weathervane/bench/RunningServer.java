package io.weathervane.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import oshi.SystemInfo;
import oshi.software.os.OSProcess;

/** A started server process; on HTTP it says on stderr where it listens, or on which port. */
final class RunningServer implements AutoCloseable {
    private static final Pattern ADDRESS = Pattern.compile("http://\\S+/mcp");
    private static final Pattern PORT = Pattern.compile("listening on port (\\d+)");
    private static final long READY_MAX_SECONDS = 60;
    private static final long STOP_MAX_SECONDS = 10;
    private static final int LINES_KEPT = 20;
    private static final SystemInfo SYSTEM = new SystemInfo();

    private final Process process;
    private final long startedAt;
    private final CompletableFuture<URI> address = new CompletableFuture<>();
    private final Deque<String> lastLines = new ArrayDeque<>();

    private RunningServer(Process process, long startedAt) {
        this.process = process;
        this.startedAt = startedAt;
    }

    static RunningServer start(List<String> command, Path folder) throws IOException {
        long startedAt = System.nanoTime();
        Process process = new ProcessBuilder(command).directory(folder.toFile()).start();
        RunningServer server = new RunningServer(process, startedAt);
        Thread drain = new Thread(server::drain, "stderr");
        drain.setDaemon(true);
        drain.start();
        return server;
    }

    /** When its start began. */
    long startedAt() {
        return startedAt;
    }

    URI uri() throws Exception {
        return address.get(READY_MAX_SECONDS, TimeUnit.SECONDS);
    }

    Process process() {
        return process;
    }

    long residentBytes() {
        return usage().getResidentMemory();
    }

    /** Processor time so far, of the kernel too. */
    long processorMillis() {
        OSProcess osProcess = usage();
        return osProcess.getUserTime() + osProcess.getKernelTime();
    }

    private OSProcess usage() {
        OSProcess osProcess = SYSTEM.getOperatingSystem().getProcess((int) process.pid());
        if (osProcess == null) {
            throw new IllegalStateException("the server is gone: " + lastLines);
        }
        return osProcess;
    }

    private void drain() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                said(line);
            }
            address.completeExceptionally(new IOException("the server ended: " + lastLines));
        } catch (IOException e) {
            address.completeExceptionally(e);
        }
    }

    private void said(String line) {
        Matcher found = ADDRESS.matcher(line);
        if (found.find()) {
            address.complete(URI.create(found.group()));
        }
        Matcher port = PORT.matcher(line);
        if (port.find()) {
            address.complete(URI.create("http://127.0.0.1:" + port.group(1) + "/mcp"));
        }
        lastLines.add(line);
        if (lastLines.size() > LINES_KEPT) {
            lastLines.remove();
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        process.getOutputStream().close();
        process.destroy();
        if (!process.waitFor(STOP_MAX_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }
}
