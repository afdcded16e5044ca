package io.weathervane.testing;

import io.weathervane.jsonrpc.JsonRpcCodec;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** A server on stdio as a process of its own, and the client that started it; every message is checked against its generation's schema. */
public final class StdioClient implements AutoCloseable {
    private static final Pattern ADDRESS = Pattern.compile("http://\\S+/mcp");
    private static final Logger ENDED = Logger.getLogger(StdioClient.class.getName());

    private final Process process;
    private final Queue<JsonNode> received = new ConcurrentLinkedQueue<>();
    private final Queue<String> notJson = new ConcurrentLinkedQueue<>();
    private final Queue<String> stderr = new ConcurrentLinkedQueue<>();
    private final WireCheck check;
    private int lastId;

    private StdioClient(Process process, WireCheck check) {
        this.process = process;
        this.check = check;
        read(process.getInputStream(), this::receive);
        read(process.getErrorStream(), stderr::add);
    }

    /** Starts the program; what it writes to stderr is kept. */
    public static StdioClient start(ProcessBuilder program) throws IOException {
        return new StdioClient(program.start(), new WireCheck());
    }

    /** The same for one whose worker breaks the schema, which a client would see without the server in between as well. */
    public static StdioClient unchecked(ProcessBuilder program) throws IOException {
        return new StdioClient(program.start(), WireCheck.none());
    }

    /** Starts the packaged server on the workspace. */
    public static StdioClient packaged(Path workspace, String... more) throws IOException {
        List<String> command = ServerProcess.weathervane("serve", "--stdio", "--workspace", workspace.toString());
        command.addAll(List.of(more));
        return start(new ProcessBuilder(command));
    }

    public long pid() {
        return process.pid();
    }

    /** Sends a request and returns its id. */
    public int send(String method, String params) throws IOException {
        lastId++;
        sendLine("{\"jsonrpc\":\"2.0\",\"id\":" + lastId + ",\"method\":\"" + method + "\",\"params\":" + params + "}");
        return lastId;
    }

    public int call(String tool) throws IOException {
        return call(tool, "{}");
    }

    public int call(String tool, String arguments) throws IOException {
        return send("tools/call", "{\"name\":\"" + tool + "\",\"arguments\":" + arguments + "}");
    }

    public void sendLine(String line) throws IOException {
        check.sent(line);
        OutputStream in = process.getOutputStream();
        in.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        in.flush();
    }

    /** Waits for the answer with this id; fails when another one than it comes twice or it does not come. */
    public JsonNode answer(int id) {
        Await.until("an answer to request " + id, () -> !answers(id).isEmpty());
        check.verify();
        return answers(id).get(0);
    }

    public List<JsonNode> answers(int id) {
        return received.stream()
                .filter(message -> message.path("id").asInt(-1) == id)
                .toList();
    }

    public List<JsonNode> received() {
        return List.copyOf(received);
    }

    /** Lines on stdout that are no JSON: there must be none. */
    public List<String> notJson() {
        return List.copyOf(notJson);
    }

    public String stderr() {
        return String.join("\n", stderr);
    }

    /** Waits until the server has said all of it on stderr, which is read beside its answers. */
    public void awaitStderr(String... texts) {
        Await.until(
                "on stderr: " + List.of(texts), () -> List.of(texts).stream().allMatch(stderr()::contains));
    }

    public ProcessHandle handle() {
        return process.toHandle();
    }

    /** Where it says on stderr that it listens; waits until it does. */
    public URI address() {
        Await.until("it listens", () -> ADDRESS.matcher(stderr()).find());
        Matcher address = ADDRESS.matcher(stderr());
        if (!address.find()) {
            throw new AssertionError("it does not listen any more: " + stderr());
        }
        return URI.create(address.group());
    }

    /** The names of the tools that it lists now. */
    public List<String> toolNames() throws IOException {
        return answer(send("tools/list", "{}"))
                .at("/result/tools")
                .valueStream()
                .map(tool -> tool.path("name").asString(""))
                .toList();
    }

    /** The text of a tool's answer. */
    public String text(int id) {
        return answer(id).path("result").path("content").path(0).path("text").asString("");
    }

    public void endInput() throws IOException {
        process.getOutputStream().close();
    }

    public int awaitExit() throws InterruptedException {
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new AssertionError("the server did not end");
        }
        return process.exitValue();
    }

    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Returns when the process is gone: one that still writes would be in the way of who removes its folder. */
    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
        check.verify();
        if (!notJson.isEmpty()) {
            throw new AssertionError("stdout carried what is no JSON: " + notJson);
        }
    }

    private void receive(String line) {
        try {
            JsonNode message = JsonRpcCodec.JSON.readTree(line);
            check.received(message);
            received.add(message);
        } catch (JacksonException e) {
            notJson.add(line);
        }
    }

    private static void read(InputStream stream, Consumer<String> line) {
        Thread reader = new Thread(
                () -> {
                    try (BufferedReader lines =
                            new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                        lines.lines().forEach(line);
                    } catch (IOException | UncheckedIOException e) {
                        ENDED.fine(() -> "the stream of a killed server ended: " + e);
                    }
                },
                "stdio-client");
        reader.setDaemon(true);
        reader.start();
    }
}
