package io.weathervane.block;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The blocks as this process knows them: those of the table as it was read last, and those that are in effect and not
 * written yet. Readers take one volatile reference; changes take a lock that no I/O is done under.
 */
final class BlockMemory {
    private final Map<String, CallBlock> unwritten = new LinkedHashMap<>();
    private List<CallBlock> left = List.of();
    private List<CallBlock> stored = List.of();
    private Optional<CallBlock> unreadable = Optional.empty();
    private volatile List<CallBlock> all = List.of();

    /** All that are in effect, in the order in which they began as far as that is known. */
    List<CallBlock> all() {
        return all;
    }

    /** Puts a block in effect; gives the one of the same calls that is there already. */
    synchronized Optional<CallBlock> add(CallBlock block) {
        Optional<CallBlock> known = find(block.scope());
        unwritten.putIfAbsent(block.scope().text(), known.orElse(block));
        compose();
        return known;
    }

    /** Takes in what the table says now. */
    synchronized void stored(List<CallBlock> rows) {
        stored = List.copyOf(rows);
        unreadable = Optional.empty();
        compose();
    }

    /** Has in effect what an earlier server could not write any more; see {@link #leftIsWritten}. */
    synchronized void left(List<CallBlock> blocks) {
        left = List.copyOf(blocks);
        compose();
    }

    /** What an earlier server left is in the table, and was before it was read last. */
    synchronized void leftIsWritten() {
        left = List.of();
        compose();
    }

    /** A block that was handed over to be written is in the table. */
    synchronized void written(CallBlock block) {
        unwritten.remove(block.scope().text());
        compose();
    }

    /** Has this one in effect until the table is read for the first time. */
    synchronized void neverRead(CallBlock block) {
        unreadable = Optional.of(block);
        compose();
    }

    /** The rows as they were read last, with what is not written yet. */
    synchronized List<CallBlock> known() {
        Map<String, CallBlock> known = byScope();
        return List.copyOf(known.values());
    }

    synchronized Optional<CallBlock> find(BlockScope scope) {
        return Optional.ofNullable(byScope().get(scope.text()));
    }

    private Map<String, CallBlock> byScope() {
        Map<String, CallBlock> known = new LinkedHashMap<>();
        stored.forEach(block -> known.put(block.scope().text(), block));
        unwritten.forEach(known::putIfAbsent);
        left.forEach(block -> known.putIfAbsent(block.scope().text(), block));
        return known;
    }

    private void compose() {
        Map<String, CallBlock> known = byScope();
        unreadable.ifPresent(block -> known.put("", block));
        all = List.copyOf(known.values());
    }
}
