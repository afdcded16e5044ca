package io.weathervane.transport.stdio;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.mcp.CallLimits;
import io.weathervane.mcp.McpDispatcher;
import io.weathervane.mcp.McpServices;
import io.weathervane.mcp.ServerInfo;
import io.weathervane.testing.ScriptedTools;
import io.weathervane.testing.TestDispatchers;
import io.weathervane.testing.WireCheck;
import io.weathervane.tool.Caller;
import io.weathervane.util.Threads;
import io.weathervane.util.Ticker;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/** A client at the other end of a session's operating system pipes; every message it gets is checked against its generation's schema. */
public final class LineClient implements AutoCloseable {
    public final ScriptedTools tools = new ScriptedTools();
    public final OutputStream toServer;
    public final InputStream fromServer;
    public final Thread server;
    private final McpDispatcher dispatcher;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final WireCheck check = new WireCheck();

    public LineClient() throws IOException {
        this(CallLimits.defaults());
    }

    public LineClient(CallLimits limits) throws IOException {
        this(tools -> TestDispatchers.of(
                McpServices.of(new ServerInfo("test", "Test server", "0", "Use the tools."), tools.registry()),
                limits,
                Ticker.system()));
    }

    /** A session of a server of the test's own. */
    public LineClient(McpDispatcher dispatcher) throws IOException {
        this(tools -> dispatcher);
    }

    private LineClient(Function<ScriptedTools, McpDispatcher> server) throws IOException {
        Pipe requests = Pipe.open();
        Pipe answers = Pipe.open();
        toServer = Channels.newOutputStream(requests.sink());
        fromServer = Channels.newInputStream(answers.source());
        InputStream serverIn = Channels.newInputStream(requests.source());
        OutputStream serverOut = Channels.newOutputStream(answers.sink());
        dispatcher = server.apply(tools);
        LineSession session = new LineSession(
                TestDispatchers.lines(dispatcher), serverIn, serverOut, new Caller("ada", Caller.Transport.STDIO));
        this.server = Threads.daemon("session", () -> {
            session.run();
            session.close();
        });
        this.server.start();
        Threads.daemon("client", this::readLines).start();
    }

    public void send(String line) throws IOException {
        sendBytes((line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    public void sendBytes(byte[] bytes) throws IOException {
        new String(bytes, StandardCharsets.UTF_8).lines().forEach(check::sent);
        toServer.write(bytes);
        toServer.flush();
    }

    /** Sends a message in bytes of the test's choice, each of them by itself. */
    public void sendByByte(String message, String text) throws IOException {
        check.sent(message);
        for (byte one : text.getBytes(StandardCharsets.UTF_8)) {
            toServer.write(one);
            toServer.flush();
        }
    }

    public JsonNode receive() throws InterruptedException {
        String line = lines.poll(60, TimeUnit.SECONDS);
        if (line == null) {
            throw new AssertionError("the server sent nothing");
        }
        check.verify();
        return JsonRpcCodec.JSON.readTree(line);
    }

    public JsonNode ask(String line) throws IOException, InterruptedException {
        send(line);
        return receive();
    }

    /** Lines that have come and were not received yet. */
    public int unread() {
        return lines.size();
    }

    private void readLines() {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(fromServer, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                check.received(JsonRpcCodec.JSON.readTree(line));
                lines.add(line);
            }
        } catch (IOException e) {
            // A test closed this end on purpose: there are no more lines.
            lines.add("{\"closed\":true}");
        }
    }

    @Override
    public void close() throws IOException {
        toServer.close();
        dispatcher.close();
        check.verify();
    }
}
