package io.weathervane.peer;

import io.weathervane.util.Threads;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Finds out which user holds the other end of connections over loopback. One thread does it, for all that wait at once:
 * the system's tables are long when there are many connections, and are read once for all of them.
 */
public final class LoopbackPeerLookup implements AutoCloseable {
    /** Connections that wait to be looked up; a further one stays unknown. */
    private static final int WAITING_MAX = 4096;

    private final Path proc;
    private final DescendantSockets descendantSockets;
    private final BlockingQueue<Wanted> waiting = new LinkedBlockingQueue<>(WAITING_MAX);
    private final Thread thread = Threads.loop("loopback-peers", this::run);
    private volatile boolean closed;

    private record Wanted(InetSocketAddress client, InetSocketAddress server, CompletableFuture<Peer> answer) {}

    private LoopbackPeerLookup(Path proc) {
        this.proc = proc;
        this.descendantSockets = new DescendantSockets(proc);
    }

    public static LoopbackPeerLookup start() {
        LoopbackPeerLookup peers = new LoopbackPeerLookup(Path.of("/proc"));
        peers.thread.start();
        return peers;
    }

    /**
     * Begins to look; to be called when the connection has just been accepted.
     *
     * @param client the other end
     * @param server this end
     */
    public CompletableFuture<Peer> lookUp(InetSocketAddress client, InetSocketAddress server) {
        CompletableFuture<Peer> answer = new CompletableFuture<>();
        if (closed || !waiting.offer(new Wanted(client, server, answer))) {
            answer.complete(Peer.UNKNOWN);
        }
        return answer;
    }

    private void run() {
        UserNames users = new UserNames();
        List<Wanted> round = new ArrayList<>();
        while (!closed) {
            try {
                round.add(waiting.take());
                waiting.drainTo(round);
                answer(round, users);
            } catch (InterruptedException end) {
                closed = true;
            } catch (RuntimeException e) {
                round.forEach(wanted -> wanted.answer().complete(Peer.UNKNOWN));
            }
            round.clear();
        }
        waiting.forEach(wanted -> wanted.answer().complete(Peer.UNKNOWN));
    }

    private void answer(List<Wanted> round, UserNames users) {
        Map<Wanted, ProcNetTcpTable.Holder> holders = holders(round, "self/net/tcp", /* six= */ false);
        List<Wanted> rest =
                round.stream().filter(wanted -> !holders.containsKey(wanted)).toList();
        if (!rest.isEmpty()) {
            holders.putAll(holders(rest, "self/net/tcp6", /* six= */ true));
        }
        Set<Long> own = holders.isEmpty() ? Set.of() : descendantSockets.socketsOfDescendants();
        for (Wanted wanted : round) {
            wanted.answer()
                    .complete(Optional.ofNullable(holders.get(wanted))
                            .map(holder -> peer(holder, own, users))
                            .orElse(Peer.UNKNOWN));
        }
    }

    private static Peer peer(ProcNetTcpTable.Holder holder, Set<Long> own, UserNames users) {
        Peer peer = users.peer(holder.uid());
        return own.contains(holder.inode()) ? new Peer(Peer.Kind.DESCENDANT, peer.user()) : peer;
    }

    private Map<Wanted, ProcNetTcpTable.Holder> holders(List<Wanted> round, String file, boolean six) {
        Map<ProcNetTcpTable.Ends, Wanted> ends = new HashMap<>();
        round.forEach(wanted -> ends.put(ProcNetTcpTable.Ends.of(wanted.client(), wanted.server(), six), wanted));
        Map<Wanted, ProcNetTcpTable.Holder> holders = new HashMap<>();
        try {
            byte[] table = Files.readAllBytes(proc.resolve(file));
            ProcNetTcpTable.find(table, new HashSet<>(ends.keySet()))
                    .forEach((end, holder) -> holders.put(ends.get(end), holder));
        } catch (IOException unknown) {
            return holders;
        }
        return holders;
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
