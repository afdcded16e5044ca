package io.weathervane.soak;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** What was asked, how often each call was answered, and what the workers say they did; compared at the end. */
final class CallRecord {
    private final Map<String, Entry> entries = new ConcurrentHashMap<>();

    private record Entry(boolean readOnly, AtomicInteger answers, AtomicInteger failures) {}

    void asked(String call, boolean readOnly) {
        entries.put(call, new Entry(readOnly, new AtomicInteger(), new AtomicInteger()));
    }

    /** @param right whether it is the answer to this call, and no error */
    void answered(String call, boolean right) {
        Entry entry = entries.get(call);
        if (entry != null) {
            entry.answers().incrementAndGet();
            if (!right) {
                entry.failures().incrementAndGet();
            }
        }
    }

    int calls() {
        return entries.size();
    }

    /**
     * What is not as promised, a line each: every call answered once and rightly, carried out at least once, and more
     * often only if it reads and its worker died; nothing done by a worker that had been told to go.
     *
     * @param log the workers' lines, {@code pid what call}
     */
    List<String> faults(List<String> log) {
        List<String> faults = new ArrayList<>();
        Map<String, List<String>> doneBy = new HashMap<>();
        Set<String> toldToGo = new HashSet<>();
        for (String line : log) {
            String[] words = line.split(" ", 3);
            String call = words[2];
            if (words[1].equals("eof")) {
                toldToGo.add(words[0]);
            } else if (toldToGo.contains(words[0])) {
                faults.add(call + ": " + words[1] + " by " + words[0] + ", which had been told to go");
            }
            if (words[1].equals("done")) {
                doneBy.computeIfAbsent(call, any -> new ArrayList<>()).add(words[0]);
            }
        }
        entries.forEach((call, entry) -> check(call, entry, doneBy.getOrDefault(call, List.of()), toldToGo, faults));
        return faults;
    }

    private static void check(
            String call, Entry entry, List<String> doneBy, Set<String> toldToGo, List<String> faults) {
        if (entry.answers().get() != 1) {
            faults.add(call + ": answered " + entry.answers() + " times");
        }
        if (entry.failures().get() > 0) {
            faults.add(call + ": answered wrongly");
        }
        if (doneBy.isEmpty()) {
            faults.add(call + ": done by nobody");
        }
        long byTheDead = doneBy.stream().filter(pid -> !toldToGo.contains(pid)).count();
        boolean mayRepeat = entry.readOnly() && byTheDead >= doneBy.size() - 1L;
        if (doneBy.size() > 1 && !mayRepeat) {
            faults.add(call + ": done " + doneBy.size() + " times, by " + doneBy);
        }
    }
}
