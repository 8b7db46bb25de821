package org.simdloss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.ModuleTree;
import com.sun.source.tree.PackageTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What is public has a comment, whose first sentence, which Javadoc's tables show, is a whole one.
 * Javadoc takes any full stop before a space for its end: that of "J. Doe" too.
 */
@Tag("any-width")
class JavadocTest {
  private static final List<Path> SOURCES =
      List.of(Path.of("src", "main", "java"), Path.of("..", "spark", "src", "main", "java"));

  /** An initial, or an abbreviation that ends with a full stop. */
  private static final Pattern CUT =
      Pattern.compile("(?s).*(?:\\b\\p{Lu}|\\b(?:al|cf|etc|vs|ff|pp?|no|[Ff]ig|e\\.g|i\\.e))\\.");

  @Test
  void firstSentencesAreWhole() throws IOException {
    List<String> wrong = new ArrayList<>();
    List<String> read = new ArrayList<>();
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null, files, null, null, null, files.getJavaFileObjectsFromPaths(exported()));
      DocTrees docs = DocTrees.instance(task);
      for (CompilationUnitTree unit : task.parse()) {
        new Comments(docs, read, wrong).scan(unit, null);
      }
    }
    assertTrue(read.size() > 100, () -> "only these comments were read: " + read);
    assertTrue(read.contains("LossFunctions.register"), read::toString);
    assertEquals(List.of(), wrong);
  }

  /** Of those that Javadoc's style sheet has, with lines between columns. */
  @Test
  void tablesHaveAStyle() throws IOException {
    int tables = 0;
    for (Path source : exported()) {
      String text = Files.readString(source);
      int all = text.split("<table", -1).length - 1;
      tables += all;
      for (String part : List.of("<table class=\"striped\">", "<thead>", "<tbody>")) {
        assertEquals(all, text.split(part, -1).length - 1, source + ": " + part);
      }
    }
    assertTrue(tables > 0);
  }

  @Test
  void anInitialIsNoEnd() {
    assertTrue(CUT.matcher("The reader of a file by Yann J.").matches());
    assertTrue(CUT.matcher("Values, e.g.").matches());
    assertTrue(!CUT.matcher("The mean of all losses.").matches());
  }

  /** The module's descriptor, and the sources of the packages that users see, Spark's too. */
  private static List<Path> exported() throws IOException {
    List<Path> exported = new ArrayList<>();
    for (Path sources : SOURCES) {
      try (Stream<Path> all = Files.walk(sources)) {
        all.filter(file -> file.toString().endsWith(".java"))
            .filter(file -> !sources.relativize(file).toString().contains("internal"))
            .sorted()
            .forEach(exported::add);
      }
    }
    return exported;
  }

  private static final class Comments extends TreePathScanner<Void, Void> {
    private final DocTrees docs;
    private final List<String> read;
    private final List<String> wrong;

    Comments(DocTrees docs, List<String> read, List<String> wrong) {
      this.docs = docs;
      this.read = read;
      this.wrong = wrong;
    }

    @Override
    public Void visitModule(ModuleTree tree, Void none) {
      check("module " + tree.getName(), true);
      return super.visitModule(tree, none);
    }

    @Override
    public Void visitPackage(PackageTree tree, Void none) {
      if (getCurrentPath()
          .getCompilationUnit()
          .getSourceFile()
          .getName()
          .endsWith("package-info.java")) {
        check("package " + tree.getPackageName(), true);
      }
      return super.visitPackage(tree, none);
    }

    @Override
    public Void visitClass(ClassTree tree, Void none) {
      if (!isVisible(tree.getModifiers())) {
        return null; // nor is anything in it
      }
      check(tree.getSimpleName().toString(), true);
      return super.visitClass(tree, none);
    }

    @Override
    public Void visitMethod(MethodTree tree, Void none) {
      if (isVisible(tree.getModifiers())) {
        boolean overrides =
            tree.getModifiers().getAnnotations().stream()
                .anyMatch(each -> each.getAnnotationType().toString().equals("Override"));
        check(tree.getName().toString(), !overrides);
      }
      return null;
    }

    @Override
    public Void visitVariable(VariableTree tree, Void none) {
      if (isVisible(tree.getModifiers())) {
        check(tree.getName().toString(), true);
      }
      return null;
    }

    private static boolean isVisible(ModifiersTree modifiers) {
      Set<Modifier> flags = modifiers.getFlags();
      return flags.contains(Modifier.PUBLIC) || flags.contains(Modifier.PROTECTED);
    }

    private void check(String name, boolean needed) {
      Tree parent = getCurrentPath().getParentPath().getLeaf();
      String where = (parent instanceof ClassTree type ? type.getSimpleName() + "." : "") + name;
      DocCommentTree comment = docs.getDocCommentTree(getCurrentPath());
      if (comment == null) {
        if (needed) {
          wrong.add(where + " has no comment");
        }
        return;
      }
      StringBuilder text = new StringBuilder();
      comment.getFirstSentence().forEach(text::append);
      String sentence = text.toString().strip();
      read.add(where);
      if (CUT.matcher(sentence).matches() || !sentence.matches("(?s).*[.:?!]")) {
        wrong.add(where + " has a first sentence that ends early: " + sentence);
      }
    }
  }
}
