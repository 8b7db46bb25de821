package app;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.simdloss.Loss;

/**
 * Prints the public API: the classes of the packages that the module exports, and what of them a
 * user can name, the lines of {@code api.txt}. After {@code mvn test-compile} the file is
 * rewritten, from {@code core}, by
 *
 * <pre>java -cp target/classes:target/test-classes app.ApiMain &gt; src/test/resources/api.txt
 * </pre>
 */
public final class ApiMain {
  private ApiMain() {}

  public static void main(String[] args) throws Exception {
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    lines().forEach(line -> out.print(line + "\n"));
    out.flush();
  }

  /** The API, one class or member a line. */
  public static List<String> lines() throws IOException, ClassNotFoundException {
    ModuleReference library = library();
    Set<String> exported =
        library.descriptor().exports().stream()
            .filter(each -> !each.isQualified())
            .map(each -> each.source())
            .collect(Collectors.toSet());
    List<String> names;
    try (ModuleReader reader = library.open();
        Stream<String> files = reader.list()) {
      names =
          files
              .filter(file -> file.endsWith(".class"))
              .map(file -> file.substring(0, file.length() - ".class".length()).replace('/', '.'))
              .filter(
                  name -> exported.contains(name.substring(0, Math.max(0, name.lastIndexOf('.')))))
              .sorted()
              .toList();
    }
    List<String> lines = new ArrayList<>();
    for (String name : names) {
      Class<?> type = Class.forName(name, false, ApiMain.class.getClassLoader());
      if (isVisible(type)) {
        add(lines, type);
      }
    }
    return lines;
  }

  private static ModuleReference library() {
    try {
      Path classes =
          Path.of(Loss.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return ModuleFinder.of(classes).find("org.simdloss").orElseThrow();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void add(List<String> lines, Class<?> type) {
    lines.add(header(type));
    List<String> members = new ArrayList<>();
    for (Constructor<?> constructor : type.getDeclaredConstructors()) {
      if (isVisible(constructor)) {
        members.add(constructor.toGenericString());
      }
    }
    // Members of a class that users can not name are those of its subclass to them.
    for (Class<?> from = type;
        from != null && (from == type || !isVisible(from));
        from = from.getSuperclass()) {
      for (Field field : from.getDeclaredFields()) {
        if (isVisible(field)) {
          members.add(field.toGenericString());
        }
      }
      for (Method method : from.getDeclaredMethods()) {
        if (isVisible(method) && !method.isBridge()) {
          // Nothing that a caller may rely on.
          members.add(method.toGenericString().replaceAll("\\b(synchronized|native) ", ""));
        }
      }
    }
    members.stream().sorted().forEach(member -> lines.add("  " + member));
  }

  private static String header(Class<?> type) {
    // That a class is sealed, which JDK 17 leaves out here, is said by whom it permits.
    StringBuilder header =
        new StringBuilder(type.toGenericString().replaceAll("\\b(non-)?sealed ", ""));
    if (type.isRecord()) {
      header.append(
          Arrays.stream(type.getRecordComponents())
              .map(RecordComponent::toString)
              .collect(Collectors.joining(", ", "(", ")")));
    }
    if (type.getGenericSuperclass() != null) {
      header.append(" extends ").append(type.getGenericSuperclass().getTypeName());
    }
    if (type.getInterfaces().length > 0) {
      header.append(
          Arrays.stream(type.getGenericInterfaces())
              .map(each -> each.getTypeName())
              .collect(Collectors.joining(", ", " implements ", "")));
    }
    if (type.isSealed()) {
      header.append(
          Arrays.stream(type.getPermittedSubclasses())
              .map(Class::getName)
              .sorted()
              .collect(Collectors.joining(", ", " permits ", "")));
    }
    return header.toString();
  }

  private static boolean isVisible(Member member) {
    return (member.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0
        && !member.isSynthetic();
  }

  private static boolean isVisible(Class<?> type) {
    boolean visible = (type.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0;
    return visible && (type.getDeclaringClass() == null || isVisible(type.getDeclaringClass()));
  }
}
