package io.weathervane.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A {@code weathervane serve} of its own, as a child process on a free port. */
final class HttpServerProcess implements AutoCloseable {
    private static final Pattern READY = Pattern.compile("http://\\S+/mcp");
    private static final Duration START_MAX = Duration.ofSeconds(60);
    private static final Duration STOP_MAX = Duration.ofSeconds(20);

    private final Process process;
    private final URI uri;

    private HttpServerProcess(Process process, URI uri) {
        this.process = process;
        this.uri = uri;
    }

    /** Starts it and waits until it says where it listens. */
    static HttpServerProcess start(List<String> weathervane, Path workspace) throws IOException {
        List<String> command = new ArrayList<>(weathervane);
        command.addAll(List.of("serve", "--http", "--port", "0", "--workspace", workspace.toString()));
        Process process = new ProcessBuilder(command)
                .directory(workspace.toFile())
                .redirectOutput(workspace.resolve("server.out").toFile())
                .start();
        CompletableFuture<URI> ready = new CompletableFuture<>();
        Thread drain = new Thread(() -> drain(process, workspace.resolve("server.err"), ready), "demo-server-stderr");
        drain.setDaemon(true);
        drain.start();
        try {
            return new HttpServerProcess(process, ready.get(START_MAX.toSeconds(), TimeUnit.SECONDS));
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            process.destroyForcibly();
            throw new IOException(
                    "the server did not start; it said: " + Files.readString(workspace.resolve("server.err")), e);
        }
    }

    private static void drain(Process process, Path log, CompletableFuture<URI> ready) {
        try (BufferedReader lines =
                        new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8));
                var file = Files.newBufferedWriter(log)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                file.write(line);
                file.newLine();
                file.flush();
                Matcher address = READY.matcher(line);
                if (address.find()) {
                    ready.complete(URI.create(address.group()));
                }
            }
            ready.completeExceptionally(new IOException("the server ended"));
        } catch (IOException e) {
            ready.completeExceptionally(new UncheckedIOException(e));
        }
    }

    URI uri() {
        return uri;
    }

    long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_MAX.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
