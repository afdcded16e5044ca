package io.weathervane.worker;

import java.util.Set;
import java.util.TreeSet;

/**
 * Which of the server's own variables a child process gets beside those that every program needs.
 *
 * @param everything whether it is all of them but the names; else it is the names
 */
public record Inheritance(boolean everything, Set<String> names) {
    public Inheritance {
        names = Set.copyOf(names);
    }

    /** Nothing more. */
    public static Inheritance none() {
        return new Inheritance(false, Set.of());
    }

    /** These as well. */
    public static Inheritance of(Set<String> names) {
        return new Inheritance(false, names);
    }

    /** Whatever the server was given: for a server that stands in a client's place. */
    public static Inheritance allBut(Set<String> withheld) {
        return new Inheritance(true, withheld);
    }

    boolean includes(String name) {
        return everything != names.contains(name);
    }

    /** In an order that is always the same. */
    Set<String> sorted() {
        return new TreeSet<>(names);
    }
}
