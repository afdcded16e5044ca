package io.weathervane.bench;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Calls over kept-alive connections, one in flight on each, all from one thread. */
final class HttpLoad implements AutoCloseable {
    private final Selector selector = Selector.open();
    private final List<Caller> callers = new ArrayList<>();
    private final AnswerCheck check;
    private int nextId = Protocol.FIRST_ID;
    private int outstanding;

    /** Calls of the tool that everything is measured by. */
    HttpLoad(URI uri, Protocol protocol, int inFlight) throws IOException {
        this(uri, protocol, protocol.call(), Protocol.EXPECTED, inFlight);
    }

    HttpLoad(URI uri, Protocol protocol, byte[] call, String expected, int inFlight) throws IOException {
        check = new AnswerCheck(expected);
        for (int i = 0; i < inFlight; i++) {
            HttpLane lane = new HttpLane(uri);
            lane.handshake(protocol);
            lane.channel().configureBlocking(false);
            Caller caller = new Caller(lane, new CallTemplate(lane.request(call, List.of())));
            lane.channel().register(selector, SelectionKey.OP_READ, caller);
            callers.add(caller);
        }
    }

    /** A connection and its call in flight. */
    private static final class Caller {
        private final HttpLane lane;
        private final CallTemplate template;
        private int id;
        private long begunAt;

        Caller(HttpLane lane, CallTemplate template) {
            this.lane = lane;
            this.template = template;
        }
    }

    Window run(Quota quota) throws IOException {
        Samples latencies = new Samples();
        int firstId = nextId;
        int wrongBefore = check.wrong();
        long begun = System.nanoTime();
        for (Caller caller : callers) {
            call(caller, System.nanoTime());
        }
        while (outstanding > 0) {
            selector.select();
            for (Iterator<SelectionKey> keys = selector.selectedKeys().iterator(); keys.hasNext(); keys.remove()) {
                Caller caller = (Caller) keys.next().attachment();
                if (caller.lane.receive()) {
                    long now = System.nanoTime();
                    answered(caller, latencies, now);
                    if (!quota.isUsedUp(nextId - firstId, now)) {
                        call(caller, now);
                    }
                }
            }
        }
        return new Window(latencies, check.wrong() - wrongBefore, System.nanoTime() - begun);
    }

    private void call(Caller caller, long now) throws IOException {
        caller.id = nextId++;
        caller.begunAt = now;
        outstanding++;
        caller.lane.send(caller.template.withId(caller.id));
    }

    private void answered(Caller caller, Samples latencies, long now) {
        HttpLane lane = caller.lane;
        check.look(lane.bytes(), lane.bodyFrom(), lane.bodyEnd());
        int id = AnswerCheck.id(lane.bytes(), lane.bodyFrom(), lane.bodyEnd());
        if (id != caller.id) {
            throw new IllegalStateException("call " + caller.id + " got the answer to " + id);
        }
        outstanding--;
        latencies.add(now - caller.begunAt);
    }

    @Override
    public void close() throws IOException {
        for (Caller caller : callers) {
            caller.lane.close();
        }
        selector.close();
    }
}
