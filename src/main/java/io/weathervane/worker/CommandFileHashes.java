package io.weathervane.worker;

import io.weathervane.util.FileContentHasher;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The files that a command names, as they are on disk at one moment.
 *
 * @param hashes by the name that the command has for them, what is in them
 * @param implied those of them that no word names and a well-known program reads by itself
 * @param leftOut files that were found and not read, because there are more than {@link CommandFileFinder#FILES_MAX}
 * @param foldersLeftOut folders in which nothing was looked for, because there are more than {@link CommandBaseFolders#MAX}
 */
public record CommandFileHashes(
        SortedMap<String, String> hashes, SortedSet<String> implied, int leftOut, int foldersLeftOut) {
    public CommandFileHashes {
        hashes = Collections.unmodifiableSortedMap(new TreeMap<>(hashes));
        implied = Collections.unmodifiableSortedSet(new TreeSet<>(implied));
    }

    public static CommandFileHashes none() {
        return new CommandFileHashes(new TreeMap<>(), new TreeSet<>(), 0, 0);
    }

    public CommandFileHashes and(CommandFileHashes others) {
        SortedMap<String, String> all = new TreeMap<>(hashes);
        all.putAll(others.hashes);
        SortedSet<String> byThemselves = new TreeSet<>(all.keySet());
        byThemselves.removeIf(file -> named(file) || others.named(file));
        return new CommandFileHashes(
                all, byThemselves, leftOut + others.leftOut, foldersLeftOut + others.foldersLeftOut);
    }

    private boolean named(String file) {
        return hashes.containsKey(file) && !implied.contains(file);
    }

    /** For a person to read, a line each. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        hashes.forEach((file, hash) -> lines.add("file: " + file + " " + hash));
        if (leftOut > 0) {
            lines.add("file: " + leftOut + " more that are not compared");
        }
        if (foldersLeftOut > 0) {
            lines.add("file: some in " + foldersLeftOut + " more folders that are not looked at");
        }
        return lines;
    }

    /** Files and words that an approval cannot be bound to; none when it can be bound to all of them. */
    public List<String> unbound() {
        List<String> unbound = new ArrayList<>();
        hashes.forEach((file, hash) -> {
            if (!FileContentHasher.isOfAll(hash)) {
                unbound.add("the file " + file + " " + (hash.startsWith("cannot") ? hash : "is " + hash));
            }
        });
        if (leftOut > 0) {
            unbound.add("more than " + CommandFileFinder.FILES_MAX + " files are named");
        }
        if (foldersLeftOut > 0) {
            unbound.add("more than " + CommandBaseFolders.MAX
                    + " folders, or too many words to look for in them, are named");
        }
        return unbound;
    }

    /**
     * Changes since a program was started. A file that a well-known program reads by itself and that was not there then
     * is not counted: such a program writes its lock file at its first start.
     */
    public List<String> changesSinceStart(CommandFileHashes before) {
        SortedMap<String, String> of = new TreeMap<>(hashes);
        of.keySet().removeIf(file -> implied.contains(file) && !before.hashes.containsKey(file));
        return new CommandFileHashes(of, implied, leftOut, foldersLeftOut).changesSince(before);
    }

    /** Changes in words: {@code the file b.sh has changed}. */
    public List<String> changesSince(CommandFileHashes before) {
        List<String> changes = new ArrayList<>();
        for (Map.Entry<String, String> was : before.hashes.entrySet()) {
            String is = hashes.get(was.getKey());
            if (is == null) {
                changes.add("the file " + was.getKey() + " is gone");
            } else if (!is.equals(was.getValue())) {
                changes.add("the file " + was.getKey() + " has changed");
            }
        }
        hashes.keySet().stream()
                .filter(file -> !before.hashes.containsKey(file))
                .forEach(file -> changes.add("the file " + file + " is new"));
        return changes;
    }
}
