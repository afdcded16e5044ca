package io.weathervane.testing;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.util.Threads;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What {@link EchoWorker} is as a process, as a legacy MCP server over HTTP; its calls can be made to fail. */
public final class EchoHttpServer implements AutoCloseable {
    private final ServerSocket server;
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final String name;
    private final AtomicBoolean failing = new AtomicBoolean();
    private final AtomicLong calls = new AtomicLong();

    public EchoHttpServer(String name) throws IOException {
        this.name = name;
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Threads.daemon("echo-http", this::accept).start();
    }

    public URI uri() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort() + "/mcp");
    }

    /** How many calls of its tools it has had. */
    public long calls() {
        return calls.get();
    }

    /** From here on every call is an error. */
    public void fail() {
        failing.set(true);
    }

    private void accept() {
        try {
            while (true) {
                Socket connection = server.accept();
                connections.add(connection);
                if (server.isClosed()) { // it disappeared between the two lines before
                    connection.close();
                    return;
                }
                connection.setTcpNoDelay(true);
                Threads.daemon("echo-http-connection", () -> serve(connection)).start();
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(Socket connection) {
        try (connection;
                InputStream in = new BufferedInputStream(connection.getInputStream())) {
            for (String first = line(in); !first.isEmpty(); first = line(in)) {
                int length = 0;
                for (String header = line(in); !header.isEmpty(); header = line(in)) {
                    String[] parts = header.split(": *", 2);
                    length = parts[0].equalsIgnoreCase("content-length") ? Integer.parseInt(parts[1]) : length;
                }
                connection.getOutputStream().write(answer(first, in.readNBytes(length)));
            }
        } catch (IOException e) {
            // the client has left
        } finally {
            connections.remove(connection);
        }
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
            line.write(next);
        }
        return line.toString(StandardCharsets.UTF_8).strip();
    }

    /** In one piece. */
    private byte[] answer(String first, byte[] body) {
        if (!first.startsWith("POST ")) {
            return bytes("405 Method Not Allowed", "");
        }
        JsonNode request = JsonRpcCodec.JSON.readTree(body);
        if (!request.has("id")) {
            return bytes("202 Accepted", "");
        }
        ObjectNode answer = JsonRpcCodec.JSON.createObjectNode().put("jsonrpc", "2.0");
        answer.set("id", request.get("id"));
        answer(request, answer);
        return bytes("200 OK", answer.toString());
    }

    private static byte[] bytes(String status, String body) {
        int length = body.getBytes(StandardCharsets.UTF_8).length;
        return ("HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\nContent-Length: " + length + "\r\n\r\n"
                        + body)
                .getBytes(StandardCharsets.UTF_8);
    }

    private void answer(JsonNode request, ObjectNode answer) {
        switch (request.path("method").asString("")) {
            case "initialize" -> {
                ObjectNode result = answer.putObject("result").put("protocolVersion", "2025-11-25");
                result.putObject("capabilities").putObject("tools");
                result.putObject("serverInfo").put("name", name).put("version", "1");
            }
            case "tools/list" -> list(answer.putObject("result"));
            case "tools/call" -> call(request.path("params").path("arguments"), answer);
            case "ping" -> {
                if (request.at("/params/_meta").isMissingNode()) {
                    answer.putObject("result");
                } else {
                    refuse(answer);
                }
            }
            default -> refuse(answer);
        }
    }

    private static void refuse(ObjectNode answer) {
        answer.putObject("error").put("code", -32601).put("message", "Method not found");
    }

    private static void list(ObjectNode result) {
        List.of("get_forecast", "echo", "record_observation").forEach(tool -> {
            ObjectNode one = result.withArray("tools").addObject().put("name", tool);
            one.putObject("inputSchema").put("type", "object");
            one.putObject("annotations").put("readOnlyHint", !tool.equals("record_observation"));
        });
    }

    private void call(JsonNode arguments, ObjectNode answer) {
        calls.incrementAndGet();
        if (failing.get()) {
            answer.putObject("error").put("code", -32603).put("message", "it fails");
            return;
        }
        String text = arguments.path("text").asString(arguments.path("city").asString("hello"));
        ObjectNode said = JsonRpcCodec.JSON.createObjectNode().put("text", text).put("worker", name);
        ObjectNode result = answer.putObject("result").put("isError", false);
        result.putArray("content").addObject().put("type", "text").put("text", said.toString());
        result.set("structuredContent", said);
    }

    /** From here on nothing listens there. */
    public void disappear() throws IOException {
        server.close();
        for (Socket connection : connections) {
            connection.close();
        }
    }

    @Override
    public void close() throws IOException {
        disappear();
    }
}
