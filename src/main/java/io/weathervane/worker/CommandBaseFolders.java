package io.weathervane.worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The folders that the words of a command may be meant from: its own, and those that it names ({@code cd sub && sh b.sh}).
 * A path is opened as it is written, since {@code link/../b.sh} is beside what {@code link} leads to.
 */
final class CommandBaseFolders {
    /** Most folders in which words are looked for. */
    static final int MAX = 256;

    /** Most places that are looked at for one command, so that a long text takes no minutes. */
    private static final int LOOKS_MAX = 500_000;

    private final String home;
    private final List<Path> folders = new ArrayList<>();
    private int looks;
    private int leftOut;

    /** @param home what {@code ~} stands for; empty when that is unknown */
    CommandBaseFolders(Path first, String home) {
        this.folders.add(withoutDots(first.toAbsolutePath()));
        this.home = home;
    }

    List<Path> all() {
        return List.copyOf(folders);
    }

    /** Folders, and places in them, that are not looked at because there are too many. */
    int leftOut() {
        return leftOut;
    }

    void add(String word) {
        for (Path from : all()) {
            resolved(from, word).ifPresent(this::add);
        }
    }

    /** A shell's {@code cd} takes {@code ..} off the name of the folder; every other program goes where the link leads. */
    private void add(Path named) {
        Path logical = named.normalize();
        Optional<Path> real = real(logical);
        if (Files.isDirectory(logical)) {
            addOne(logical);
        }
        if (Files.isDirectory(named)) {
            real(named).filter(one -> !real.equals(Optional.of(one))).ifPresent(this::addOne);
        }
    }

    private void addOne(Path folder) {
        if (folders.contains(folder)) {
            return;
        }
        if (folders.size() >= MAX) {
            leftOut++;
        } else {
            folders.add(folder);
        }
    }

    /** Where a word leads from a folder, for the system to follow; empty when it cannot be a path. */
    Optional<Path> resolved(Path from, String word) {
        if (looks >= LOOKS_MAX) {
            leftOut++;
            return Optional.empty();
        }
        looks++;
        try {
            boolean atHome = !home.isEmpty() && (word.equals("~") || word.startsWith("~/"));
            return word.isEmpty()
                    ? Optional.empty()
                    : Optional.of(from.resolve(Path.of(atHome ? home + word.substring(1) : word)));
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    /** From the command's own folder where it is in there. */
    String name(Path file) {
        Path shown = withoutDots(file);
        Path own = folders.get(0);
        return shown.startsWith(own) && shown.getNameCount() > own.getNameCount()
                ? shown.subpath(own.getNameCount(), shown.getNameCount()).toString()
                : shown.toString();
    }

    private static Optional<Path> real(Path folder) {
        try {
            return Optional.of(folder.toRealPath());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The same place: {@code ./b.sh} is {@code b.sh}, whatever is a link. */
    private static Path withoutDots(Path path) {
        Path shown = Optional.ofNullable(path.getRoot()).orElse(Path.of(""));
        for (Path part : path) {
            shown = part.toString().equals(".") ? shown : shown.resolve(part);
        }
        return shown;
    }
}
