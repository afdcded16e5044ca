package io.weathervane.sample;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.jsonrpc.JsonRpcReadException;
import io.weathervane.jsonrpc.RequestId;
import io.weathervane.util.BoundedLineReader;
import io.weathervane.util.Threads;
import io.weathervane.util.Ticker;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.node.ObjectNode;

/** A small MCP or JSON-RPC server on stdin and stdout, with switches to misbehave; ends when stdin ends. */
public final class SampleWorker {
    /** Switches that it takes, in one line. */
    public static final String USAGE = SampleOptions.USAGE;

    private static final int CALLS_AT_ONCE = 64;
    private static final int MEGABYTE = 1024 * 1024;

    private final SampleOptions options;
    private final SampleRequestHandler handler;
    private final FaultInjector misbehaviour;
    private final OutputStream out;
    private final PrintStream log;
    private final CallLog callLog;
    private final ExecutorService calls = Threads.newPerTask("call", CALLS_AT_ONCE);
    private final Map<RequestId, CountDownLatch> running = new ConcurrentHashMap<>();

    private SampleWorker(SampleOptions options, OutputStream out, PrintStream log) throws IOException {
        this.callLog = options.has("log-calls") ? CallLog.open(Path.of(options.text("log-calls", ""))) : CallLog.none();
        this.options = options;
        this.handler = new SampleRequestHandler(options);
        this.misbehaviour = new FaultInjector(options, Ticker.system());
        this.out = out;
        this.log = log;
    }

    public static void main(String[] args) throws IOException {
        PrintStream out = System.out;
        System.setOut(System.err);
        int code = run(args, System.in, out, System.err);
        Runtime.getRuntime().halt(code);
    }

    /** Runs until the input ends; returns the exit code. */
    public static int run(String[] args, InputStream in, OutputStream out, PrintStream log) throws IOException {
        SampleOptions options;
        try {
            options = SampleOptions.parse(args);
        } catch (IllegalArgumentException e) {
            log.println(e.getMessage());
            log.println(USAGE);
            return 2;
        }
        if (options.has("die-at-start")) {
            log.println("Cannot find module 'forecast-model'");
            return 1;
        }
        ProcessFaults.begin(options, log);
        new SampleWorker(options, out, log).serve(in);
        return 0;
    }

    private void serve(InputStream in) throws IOException {
        if (options.has("stop-reading")) {
            ProcessFaults.sleepForEver();
        }
        BoundedLineReader lines = new BoundedLineReader(in, JsonRpcCodec.MESSAGE_BYTES_MAX);
        Optional<BoundedLineReader.Line> line = lines.next();
        while (line.isPresent()) {
            if (!options.has("mute")) {
                handle(line.get().bytes());
            }
            line = lines.next();
        }
        callLog.add("eof", "");
        if (options.has("ignore-eof")) {
            ProcessFaults.sleepForEver();
        }
    }

    private void handle(byte[] line) throws IOException {
        try {
            JsonRpcMessage message = JsonRpcCodec.read(line);
            if (message instanceof JsonRpcMessage.Request request) {
                handle(request);
            } else if (message instanceof JsonRpcMessage.Notification notification) {
                handle(notification);
            }
        } catch (JsonRpcReadException e) {
            send(JsonRpcCodec.write(e.failure()));
        }
    }

    private void handle(JsonRpcMessage.Notification notification) {
        if (notification.method().equals("notifications/cancelled")) {
            String id = notification.params().path("requestId").asString("");
            running.forEach((request, cancelled) -> {
                if (request.toString().equals(id)) {
                    log.println("cancelled by the client: request " + id);
                    cancelled.countDown();
                }
            });
        }
    }

    private void handle(JsonRpcMessage.Request request) throws IOException {
        if (handler.isToolCall(request)) {
            running.put(request.id(), new CountDownLatch(1));
            calls.execute(() -> call(request));
        } else {
            send(answer(request));
        }
    }

    private void call(JsonRpcMessage.Request request) {
        try {
            CountDownLatch cancelled = running.get(request.id());
            callLog.add("begun", handler.text(request));
            FaultInjector.Manner manner = misbehaviour.next(handler.tool(request));
            if (manner == FaultInjector.Manner.EXIT) {
                log.println("exiting in the middle of a call");
                Runtime.getRuntime().halt(3);
            }
            if (manner == FaultInjector.Manner.HUGE) {
                sendHugeAnswer(request, options.number("huge-reply-mb").orElse(1));
            } else if (cancelled != null && !waitAsAsked(request, manner, cancelled)) {
                byte[] reply = reply(request, manner);
                callLog.add("done", handler.text(request));
                send(reply);
            }
        } catch (IOException e) {
            log.println("cannot answer: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            running.remove(request.id());
        }
    }

    /** Waits out the latency, or for ever; true when the call was cancelled meanwhile. */
    private boolean waitAsAsked(JsonRpcMessage.Request request, FaultInjector.Manner manner, CountDownLatch cancelled)
            throws InterruptedException, IOException {
        if (manner == FaultInjector.Manner.HANG) {
            cancelled.await();
            return true;
        }
        Duration latency = options.duration("latency").orElse(Duration.ZERO).plus(handler.delayAsked(request));
        Optional<ObjectNode> progress = handler.progress(request);
        if (progress.isPresent()) {
            send(JsonRpcCodec.write(new JsonRpcMessage.Notification("notifications/progress", progress.get())));
        }
        return !latency.isZero() && cancelled.await(latency.toNanos(), TimeUnit.NANOSECONDS);
    }

    private byte[] reply(JsonRpcMessage.Request request, FaultInjector.Manner manner) {
        return switch (manner) {
            case GARBAGE -> "%&$ this is not JSON {".getBytes(StandardCharsets.UTF_8);
            case EMPTY -> new byte[0];
            case FAIL -> JsonRpcCodec.write(handler.failure(request));
            case GOOD, HANG, HUGE, EXIT -> answer(request);
        };
    }

    private byte[] answer(JsonRpcMessage.Request request) {
        try {
            return JsonRpcCodec.write(
                    new JsonRpcMessage.Success(request.id(), handler.result(request, misbehaviour.healthy())));
        } catch (JsonRpcException e) {
            return JsonRpcCodec.write(e.toFailure(request.id()));
        }
    }

    /** Sends an answer that is good but for its size, in pieces: the worker itself need not have the memory. */
    private void sendHugeAnswer(JsonRpcMessage.Request request, int megabytes) throws IOException {
        byte[] piece = new byte[MEGABYTE];
        Arrays.fill(piece, (byte) 'x');
        String begin = "{\"jsonrpc\":\"2.0\",\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"";
        String end = "\"}]},\"id\":" + request.id().toJson() + "}";
        synchronized (out) {
            out.write(begin.getBytes(StandardCharsets.UTF_8));
            for (int sent = 0; sent < megabytes; sent++) {
                out.write(piece);
            }
            out.write(end.getBytes(StandardCharsets.UTF_8));
            out.write('\n');
            out.flush();
        }
    }

    private void send(byte[] message) throws IOException {
        synchronized (out) {
            out.write(message);
            out.write('\n');
            out.flush();
        }
    }
}
