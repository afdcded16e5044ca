package io.weathervane.testing;

import io.weathervane.jsonrpc.JsonRpcCodec;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The packaged server as a process of its own, on a free port, and calls to its tools over HTTP. */
public final class ServerProcess implements AutoCloseable {
    private static final Pattern READY = Pattern.compile("http://\\S+/mcp");
    private static final Duration START_MAX = Duration.ofSeconds(60);
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final Process process;
    private final URI uri;
    private final Queue<String> stderr;

    private ServerProcess(Process process, URI uri, Queue<String> stderr) {
        this.process = process;
        this.uri = uri;
        this.stderr = stderr;
    }

    /** Runs the packaged jar with these arguments and waits until it and its workers have started. */
    public static ServerProcess serve(Path workspace, String... more) throws Exception {
        return start(new ProcessBuilder(serving(workspace, more)));
    }

    /** The command line of a server on a free port. */
    public static List<String> serving(Path workspace, String... more) {
        List<String> command = weathervane("serve", "--http", "--port", "0", "--workspace", workspace.toString());
        command.addAll(List.of(more));
        return command;
    }

    /** Starts a server by a command of the caller's, and waits until it and its workers have started. */
    public static ServerProcess start(ProcessBuilder program) throws Exception {
        Process process =
                program.redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        Queue<String> stderr = new ConcurrentLinkedQueue<>();
        CompletableFuture<URI> ready = new CompletableFuture<>();
        Thread drain = new Thread(() -> drain(process, stderr, ready), "server-stderr");
        drain.setDaemon(true);
        drain.start();
        try {
            ServerProcess server =
                    new ServerProcess(process, ready.get(START_MAX.toSeconds(), TimeUnit.SECONDS), stderr);
            Await.until(
                    "the workers have started",
                    () -> !server.health().path("status").asString("").equals("starting"));
            return server;
        } catch (Exception | AssertionError e) {
            process.destroyForcibly();
            throw new IOException("the server did not start: " + stderr, e);
        }
    }

    /** The command line of the packaged program. */
    public static List<String> weathervane(String... arguments) {
        List<String> command = jvm(ClassDataArchive.options().toArray(String[]::new));
        command.addAll(List.of(arguments));
        return command;
    }

    static List<String> jvm(String... options) {
        List<String> command = new ArrayList<>(List.of(java(), "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of(options));
        command.addAll(List.of("-jar", System.getProperty("weathervane.jar", "target/weathervane.jar")));
        return command;
    }

    public static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /**
     * Writes a configuration whose releases are the packaged sample workers: label, then its switches, separated by spaces.
     * One without switches is an {@link EchoWorker}.
     */
    public static void configure(Path workspace, String head, String... releases) throws IOException {
        configure(workspace, head, weathervane(), releases);
    }

    static void configure(Path workspace, String head, List<String> program, String... releases) throws IOException {
        StringBuilder yaml = new StringBuilder(head).append("\nworkers:\n  initial: ");
        yaml.append(releases[0].split(" ", 2)[0]).append("\n  releases:\n");
        for (String release : releases) {
            String[] words = release.split(" ");
            List<String> command = new ArrayList<>(words.length == 1 ? EchoWorker.command() : program);
            if (words.length > 1) {
                command.add("sample-worker");
            }
            command.addAll(List.of("--label", words[0]));
            command.addAll(List.of(words).subList(1, words.length));
            yaml.append("    ").append(words[0]).append(": {kind: mcp, command: ");
            yaml.append(JsonRpcCodec.JSON.writeValueAsString(command)).append("}\n");
        }
        Files.writeString(workspace.resolve("weathervane.yaml"), yaml);
    }

    public URI uri() {
        return uri;
    }

    public ProcessHandle handle() {
        return process.toHandle();
    }

    public String stderr() {
        return String.join("\n", stderr);
    }

    /** The result of a tool call, as it is on the wire. */
    public JsonNode call(String tool, ObjectNode arguments) throws IOException, InterruptedException {
        return call(uri, tool, arguments);
    }

    public JsonNode call(String tool, String json) throws IOException, InterruptedException {
        return call(uri, tool, json);
    }

    /** The result of a tool call to whatever server listens there. */
    public static JsonNode call(URI uri, String tool, String json) throws IOException, InterruptedException {
        return call(uri, tool, (ObjectNode) JsonRpcCodec.JSON.readTree(json));
    }

    private static JsonNode call(URI uri, String tool, ObjectNode arguments) throws IOException, InterruptedException {
        ObjectNode message = object().put("jsonrpc", "2.0").put("id", 1).put("method", "tools/call");
        message.putObject("params").put("name", tool).set("arguments", arguments);
        HttpResponse<byte[]> response = HTTP.send(
                HttpRequest.newBuilder(uri)
                        .timeout(Duration.ofSeconds(40))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(JsonRpcCodec.JSON.writeValueAsBytes(message)))
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
        String answer = new String(response.body(), StandardCharsets.UTF_8);
        WireCheck.exchange(message.toString(), Optional.empty(), /* session= */ false, answer);
        JsonNode result = JsonRpcCodec.JSON.readTree(answer).path("result");
        if (!result.isObject()) {
            throw new IOException(tool + " got no result: " + answer);
        }
        return result;
    }

    /** The data of a call that must not fail. */
    public JsonNode operate(String tool, ObjectNode arguments) throws IOException, InterruptedException {
        JsonNode result = call(tool, arguments);
        if (result.path("isError").asBoolean(false)) {
            throw new IOException(tool + " said no: " + text(result));
        }
        return result.path("structuredContent");
    }

    public JsonNode operate(String tool, String json) throws IOException, InterruptedException {
        return operate(tool, (ObjectNode) JsonRpcCodec.JSON.readTree(json));
    }

    /** What {@code GET /health} says; its status code is under {@code code}. */
    public JsonNode health() throws IOException, InterruptedException {
        HttpResponse<byte[]> response = HTTP.send(
                HttpRequest.newBuilder(uri.resolve("/health"))
                        .timeout(Duration.ofSeconds(20))
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
        ObjectNode body = (ObjectNode) JsonRpcCodec.JSON.readTree(response.body());
        return body.put("code", response.statusCode());
    }

    public static String text(JsonNode result) {
        return result.path("content").path(0).path("text").asString("");
    }

    public static ObjectNode object() {
        return JsonRpcCodec.JSON.createObjectNode();
    }

    /** SIGKILL; returns when the process is gone. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    private static void drain(Process process, Queue<String> stderr, CompletableFuture<URI> ready) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                stderr.add(line);
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

    /** SIGTERM, and SIGKILL when that is not enough. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
